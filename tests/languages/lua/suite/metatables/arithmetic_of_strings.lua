-- Metamethods that a program gives to strings go before the numbers that strings are.

local strings = getmetatable("")
print("10" + 5, "3" * "4", -"2", 10 .. "")
strings.__mod = function(format, x) return tostring(format):format(x) end
print("%d apples" % 3, "10" % 3, 5 % "2", "0x10" % 7)
strings.__band = function(a, b) return a .. "&" .. b end
print("10" & 3, 1 & "2", "a" & "b")
strings.__unm = function(s) return s:reverse() end
print(-"abc", -"12")
local t = setmetatable({}, { __add = function(a, b) return type(a), type(b) end })
print("1" + t, t + "1")
strings.__add = function(a, b) return "strings" end
print("1" + t, t + "1", 1 + "1", "a" + {})
