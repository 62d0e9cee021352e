-- __eq, __lt, __le: when they are asked, and that their results become booleans.
local mt = {}
mt.__eq = function(a, b) return a.v == b.v end
mt.__lt = function(a, b) return a.v < b.v end
mt.__le = function(a, b) return a.v <= b.v end
local function new(v) return setmetatable({ v = v }, mt) end
local a, b, c = new(1), new(2), new(1)
print(a == b, a == c, a ~= c, a == a, rawequal(a, c))
print(a < b, a > b, a <= c, a >= b, not (a < b), a < c)
print(a == 1, 1 == a, a == "1", a == nil)
local asked = 0
local loud = { __eq = function() asked = asked + 1; return "yes" end, __lt = function() return nil end, __le = function() return 0 end }
local x, y = setmetatable({}, loud), setmetatable({}, loud)
print(x == y, x ~= y, asked, x == x, asked)
print(x < y, x <= y, x > y, x >= y)
print(x == setmetatable({}, {}), setmetatable({}, {}) == x, asked)
local one = setmetatable({}, { __lt = function(p, q) return type(p) .. type(q) == "tablenumber" end })
print(one < 1, 1 < one, one > 1, 1 > one)
print(pcall(function() return one < {} end))
if a == c then print("equal") end
if a ~= b then print("different") end
if not (a < b) then print("never") else print("less") end
while a < b do a = new(a.v + 1) end
print(a.v)
local keyed = { [new(5)] = "x" }
print(keyed[new(5)])
local t = { new(3), new(1), new(2) }
table.sort(t)
print(t[1].v, t[2].v, t[3].v)
table.sort(t, function(p, q) return p > q end)
print(t[1].v, t[2].v, t[3].v)
