-- Metatables that change while they are in use: what was looked up before must not be remembered wrongly.
local mt = { __index = { x = 1 } }
local objects = {}
for i = 1, 10 do objects[i] = setmetatable({}, mt) end
local function sum() local s = 0; for i = 1, 10 do s = s + objects[i].x end return s end
for _ = 1, 50 do sum() end
print(sum())
mt.__index.x = 2
print(sum())
mt.__index = { x = 3 }
print(sum())
mt.__index = function() return 4 end
print(sum())
objects[1].x = 100
print(sum())
setmetatable(objects[2], { __index = { x = 1000 } })
print(sum())
mt.__index = nil
print(pcall(sum))
mt.__index = { x = 5 }
print(sum())
-- An event that is missing at first
local late = {}
local o = setmetatable({}, late)
local function add() return o + 1 end
for _ = 1, 20 do pcall(add) end
print(pcall(add))
late.__add = function() return "late" end
print(add())
late.__add = nil
print(pcall(add))
local function write(i) o[i] = i end
for i = 1, 20 do write(i) end
late.__newindex = function(t, k, v) rawset(t, k, -v) end
for i = 15, 25 do write(i) end
print(o[14], o[15], o[20], o[21], o[25])
local function len() return #o end
print(len() >= 25)
late.__len = function() return "len" end
print(len())
local function equal(a, b) return a == b end
local p, q = setmetatable({}, late), setmetatable({}, late)
for _ = 1, 20 do equal(p, q) end
print(equal(p, q))
late.__eq = function() return true end
print(equal(p, q))
