-- __gc: called once, in the reverse order of marking, after the object became garbage.
local log = {}
local function new(name) return setmetatable({ name = name }, { __gc = function(o) log[#log + 1] = o.name end }) end
local function apart(f) f() end
local function clear(a, b, c, d, e) return a, b, c, d, e end
apart(function() new("a"); new("b"); new("c") end)
clear()
collectgarbage()
collectgarbage()
print(table.concat(log, " "))
log = {}
local alive = new("alive")
collectgarbage()
print(#log)
alive = nil
collectgarbage()
collectgarbage()
print(table.concat(log, " "))
-- __gc that is set after setmetatable does not count.
log = {}
apart(function()
  local mt = {}
  local o = setmetatable({ name = "late" }, mt)
  mt.__gc = function(x) log[#log + 1] = x.name end
end)
clear()
collectgarbage()
collectgarbage()
print(#log)
-- A field that is no function at the time of the mark, but is one later
apart(function()
  local mt = { __gc = true }
  setmetatable({ name = "placeholder" }, mt)
  mt.__gc = function(x) log[#log + 1] = x.name end
end)
clear()
collectgarbage()
collectgarbage()
print(table.concat(log, " "))
-- Coming back to life, and not being finalized twice
local saved
apart(function() setmetatable({ name = "phoenix" }, { __gc = function(o) saved = o end }) end)
clear()
collectgarbage()
print(saved and saved.name)
saved = nil
collectgarbage()
collectgarbage()
print(saved)
print((pcall(setmetatable, {}, { __gc = 5 })))
