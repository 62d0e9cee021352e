-- Finalizers: what the object refers to is still there; marking again; objects of weak tables.
local log = {}
local function apart(f) f() end
local function clear(a, b, c, d, e) return a, b, c, d, e end
apart(function()
  local inner = { text = "inner" }
  setmetatable({ ref = inner }, { __gc = function(o) log[#log + 1] = o.ref.text end })
end)
clear()
collectgarbage()
collectgarbage()
print(table.concat(log, " "))
-- An object may be marked again by its finalizer.
local times = 0
apart(function()
  local mt
  mt = { __gc = function(o) times = times + 1; if times < 3 then setmetatable(o, mt) end end }
  setmetatable({}, mt)
end)
clear()
for _ = 1, 6 do collectgarbage() end
print(times)
-- Weak values are cleared before the finalizer runs, weak keys after.
local values, keys = setmetatable({}, { __mode = "v" }), setmetatable({}, { __mode = "k" })
local seen
apart(function()
  local o = setmetatable({}, { __gc = function(x) seen = tostring(values.x == nil) .. " " .. tostring(keys[x]) end })
  values.x, keys[o] = o, "by key"
end)
clear()
collectgarbage()
collectgarbage()
print(seen, values.x, next(keys))
-- A finalizer that allocates and calls the collector
local made = 0
apart(function() setmetatable({}, { __gc = function() for i = 1, 100 do made = made + #{ i } end collectgarbage("count") end }) end)
clear()
collectgarbage()
collectgarbage()
print(made)
-- Many
local n = 0
apart(function() for _ = 1, 500 do setmetatable({}, { __gc = function() n = n + 1 end }) end end)
clear()
collectgarbage()
collectgarbage()
print(n)
