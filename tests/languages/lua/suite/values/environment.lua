-- Free names are fields of _ENV.
x = 1
print(_G.x, _ENV.x, _ENV == _G, _G._G == _G)
_G.y = 2
print(y)
do
  local _ENV = { print = print }
  z = 3
  print(z, x)
end
print(z)
local function sandbox(_ENV) a = b + 1; return a end
local env = { b = 10 }
print(sandbox(env), env.a, a)
local f = load("v = 5; return v, ...", "chunk", "t", { w = 1 })
print(f(7))
print(v)
local function make() local _ENV <const> = { n = 4 }; return function() n = n + 1; return n end end
local g = make()
print(g(), g(), n)
print(pcall(function() local _ENV = nil; return q end))
print(pcall(function() local _ENV = 5; q = 1 end))
x, y = nil, nil
print(x, y, rawget(_G, "x"))
setmetatable(_G, { __index = function(_, name) return "no " .. name end, __newindex = function(t, k, val) rawset(t, k, val) print("new", k) end })
print(missing)
fresh = 1
fresh = 2
setmetatable(_G, nil)
print(missing, fresh)
