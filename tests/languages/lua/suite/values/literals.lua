-- equal long strings in one source are one string; light userdata in messages

local address = function(s) return string.format("%p", s) end
local a = "01234567890123456789012345678901234567890123456789"
local b = "01234567890123456789012345678901234567890123456789"
local function inner() return "01234567890123456789012345678901234567890123456789" end
print(address(a) == address(b), address(a) == address(inner()))
local made = "0123456789" .. "0123456789012345678901234567890123456789"
print(made == a, address(made) == address(a))


print(pcall(debug.setuservalue, debug.upvalueid(function() return a end, 1), {}))
local f = string.gmatch("x", "x")
print(debug.upvalueid(f, 1) ~= nil, debug.upvalueid(f, 1) == debug.upvalueid(f, 1), debug.upvalueid(print, 1))
