-- tostring of everything.
print(tostring(1), tostring(1.0), tostring(-0.0), tostring(1e15), tostring(1e100), tostring(2^63), tostring(1 / 0))
print(tostring("x"), tostring(nil), tostring(true), tostring(false))
print(tostring(setmetatable({}, { __tostring = function(t) return "own" end })))
print(tostring(math.maxinteger), tostring(math.mininteger), tostring(0.1), tostring(1 / 3))
print(tostring({}):match("^table: 0x%x+$") ~= nil, tostring(print):match("^function: ") ~= nil)
local t = {}
print(tostring(t) == tostring(t), tostring(t) == tostring({}))
print(#tostring(123), tostring(12):rep(2))
print(tostring(3.14159265358979), tostring(100000000000000), tostring(1e14), tostring(123456.7890123))
