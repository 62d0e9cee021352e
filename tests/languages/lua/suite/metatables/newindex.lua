-- __newindex: functions and tables; rawset goes past it; it is not asked for keys that are there.
local log = {}
local t = setmetatable({ here = 1 }, { __newindex = function(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end })
t.here = 2
t.there = 3
t[1] = 4
t[1] = 5
print(t.here, t.there, t[1], table.concat(log, " "))
rawset(t, "there", 6)
t.there = 7
print(t.there, #log)
t.there = nil
t.there = 8
print(t.there, #log)
local store = {}
local p = setmetatable({}, { __newindex = store })
p.x = 1
print(rawget(p, "x"), store.x)
local chain = setmetatable({}, { __newindex = setmetatable({}, { __newindex = function(_, k, v) store[k] = v * 2 end }) })
chain.y = 21
print(store.y, rawget(chain, "y"))
print(pcall(function() setmetatable({}, { __newindex = 5 }).x = 1 end))
local readonly = setmetatable({}, { __index = { a = 1 }, __newindex = function(_, k) error("no " .. k, 2) end })
print(readonly.a, pcall(function() readonly.a = 2 end))
for i = 1, 3 do chain[i] = i end
print(store[1], store[2], store[3], #chain)
local both = setmetatable({}, { __index = function(_, k) return k end, __newindex = function(s, k, v) rawset(s, k, v) end })
both[5] = both[4]
print(both[5], both[6], rawget(both, 6))
local n = setmetatable({}, { __newindex = function(s, k, v) rawset(s, k, v) end })
print(pcall(function() n[nil] = 1 end))
print(pcall(function() n[0 / 0] = 1 end))
