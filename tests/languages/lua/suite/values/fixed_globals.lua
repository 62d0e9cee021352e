-- Global variables through several tables of globals, of one source and of many.

local text = "local n = ... return function() v = (v or 0) + n return v end"
local function world() return setmetatable({}, { __index = _G }) end

-- The same source with tables of its own, again and again; with the usual one between.
local first, second = world(), world()
local add1 = load(text, "=text", "t", first)(1)
for _ = 1, 50 do add1() end
local add10 = load(text, "=text", "t", second)(10)
for _ = 1, 50 do add10() end
print(add1(), add10(), first.v, second.v, v)
local add5 = load(text, "=text")(5)
v = 100
print(add5(), v, add1(), add10())
for _ = 1, 200 do
  local one = { tostring = tostring }
  local get = load("x = (x or 0) + 1 return tostring(x)", "=short", "t", one)
  if get() ~= "1" or get() ~= "2" or one.x ~= 2 then print("wrong", one.x) end
end
collectgarbage()

-- Tables of globals that get and lose variables, and become dictionaries.
count = 0
local function bump() count = count + 1 return count end
for i = 1, 10 do bump() end
for i = 1, 300 do _G["many" .. i] = i end
print(bump(), many7, many300)
for i = 1, 300 do _G["many" .. i] = nil end
print(bump(), many7)
count = nil
print(pcall(bump))
count = "7"
print(bump(), math.type(count))
local function read() return later end
print(read(), read())
later = "there"
print(read())
later = nil
print(read())

-- Metatables of the table of globals.
setmetatable(_G, { __index = function(_, name) return "no " .. name end, __newindex = function(t, name, value)
  rawset(t, name, value) print("new", name)
end })
print(nowhere, read(), count)
count = 8
fresh = 1
fresh = 2
print(fresh, count)
setmetatable(_G, nil)

-- _ENV as a variable.
local function in_table(_ENV) x = 1 return x end
local t = {}
print(in_table(t), t.x, x)
do
  local _ENV = { print = print }
  function f() return y end
  y = "inner"
  print(f(), y)
end
print(f, y)
local changed = load([[
  local function get() return z end
  z = "outer"
  local a = get()
  _ENV = { z = "changed" }
  return a, get()
]])
print(changed())
local in_loop = load([[
  local out = {}
  x = 0
  for i = 1, 3 do
    out[i] = x
    local g = function() return x end
    _ENV = { x = i * 10 }
  end
  return out[1], out[2], out[3]
]])
print(in_loop())
print(z)
z = nil

-- And what debug does to it.
local function get_w() return w end
local function set_w(value) w = value end
w = "global"
print(get_w())
local apart = load("local a = w return function() return w, a end", "=apart")()
print(apart())
debug.setupvalue(apart, 1, { w = "set" })
print(apart(), get_w())
debug.upvaluejoin(get_w, 1, apart, 1)
set_w("again")
print(get_w(), w)
