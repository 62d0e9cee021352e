-- select, next, rawget, rawset, rawlen, rawequal.
print(select("#"), select("#", 1, nil), select(1, "a", "b"), select(2, "a", "b"))
print(select(-1, 1, 2, 3), select(-3, 1, 2, 3), select("2", 1, 2))
print(pcall(select))
print(pcall(select, "x"))
print(pcall(select, 1.5, 1))
local t = { 10, x = 20 }
print(next({}), next({ 5 }), next({ a = 1 }))
local keys = {}
local k, v = next(t)
while k do keys[#keys + 1] = tostring(k) .. "=" .. v; k, v = next(t, k) end
table.sort(keys)
print(table.concat(keys, " "))
print(pcall(next, t, "nothing"))
print(pcall(next))
print(next({ 1 }, 1), next({ 1, 2 }, 1))
local m = setmetatable({}, { __index = function() return "index" end, __newindex = function() error("never") end, __len = function() return 9 end, __eq = function() return true end })
print(rawget(m, "x"), rawset(m, "x", 5) == m, rawget(m, "x"), m.x, m.y, rawlen(m), #m)
print(rawequal(m, setmetatable({}, getmetatable(m))), m == setmetatable({}, getmetatable(m)), rawequal("a", "a"), rawequal(1, 1.0))
print(pcall(rawset, {}, nil, 1))
print(pcall(rawset, {}))
print(pcall(rawget, {}))
print(pcall(rawset, 1, 2, 3))
print(pcall(rawequal, 1))
print(rawlen({ 1, 2 }), rawlen("abc"))
local d = { 1, 2, 3, 4, 5, a = 1, b = 2 }
for key in next, d do d[key] = nil end
print(next(d))
