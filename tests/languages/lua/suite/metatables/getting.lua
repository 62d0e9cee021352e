-- getmetatable and setmetatable, __metatable, __name, the metatable of strings.
local t, mt = {}, {}
print(setmetatable(t, mt) == t, getmetatable(t) == mt, getmetatable({}), getmetatable(1), getmetatable(nil))
print(getmetatable("").__index == string, getmetatable("x") == getmetatable("y"))
setmetatable(t, nil)
print(getmetatable(t))
mt.__metatable = "locked"
setmetatable(t, mt)
print(getmetatable(t), pcall(setmetatable, t, {}))
print(pcall(setmetatable, t, nil))
mt.__metatable = false
print(getmetatable(t), pcall(setmetatable, t, {}))
mt.__metatable = nil
print(getmetatable(t) == mt, setmetatable(t, {}) == t)
print(pcall(setmetatable, "x", {}))
print(pcall(setmetatable, {}, "x"))
print(pcall(getmetatable))
string.shout = function(s) return s:upper() .. "!" end
print(("hey"):shout())
string.shout = nil
print(("x"):rep(3), #("x"):rep(3), ("%d"):format(7), ("a,b"):find(",", 1, true))
print(pcall(function() return ("x").missing end), pcall(function() return ("x")[1] end))
getmetatable("").__index = function(s, k) return type(k) == "number" and string.sub(s, k, k) or string[k] end
print(("hello")[2], ("hello"):len())
getmetatable("").__index = string
