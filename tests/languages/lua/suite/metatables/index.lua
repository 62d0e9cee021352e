-- __index: functions, tables, chains; rawget goes past it.
local t = setmetatable({ x = 1 }, { __index = function(t, k) return k .. "!" end })
print(t.x, t.y, t["a b"], rawget(t, "y"))
print(pcall(function() return t[1] end))
print(pcall(function() return t[true] end))
local base = { color = "red", size = 1 }
local mid = setmetatable({ size = 2 }, { __index = base })
local top = setmetatable({ name = "top" }, { __index = mid })
print(top.name, top.size, top.color, top.none)
base.color = "blue"
print(top.color)
mid.color = "green"
print(top.color)
mid.color = nil
print(top.color)
top.color = "own"
print(top.color, mid.color)
getmetatable(mid).__index = nil
print(top.size, rawget(top, "color"), mid.color)
-- The value of __index may be anything that can be indexed.
local s = setmetatable({}, { __index = "text" })
print(s.len == string.len, s.nothing)
local f = setmetatable({}, { __index = setmetatable({}, { __index = function(t, k) return k * 2 end }) })
print(f[21], f[0.5])
-- Only the first result counts.
print((setmetatable({}, { __index = function() return 1, 2 end }).x), select("#", setmetatable({}, { __index = function() end }).x))
-- false is a value, nil is not.
local fl = setmetatable({ x = false }, { __index = { x = 1 } })
print(fl.x)
-- Methods
local Class = {}
Class.__index = Class
function Class.new(v) return setmetatable({ v = v }, Class) end
function Class:get() return self.v end
local Sub = setmetatable({}, { __index = Class })
Sub.__index = Sub
function Sub:twice() return self:get() * 2 end
local o = setmetatable({ v = 21 }, Sub)
print(o:get(), o:twice(), Class.new(3):get(), pcall(function() return o:none() end))
