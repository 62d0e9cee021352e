-- and, or, not: values, shortcuts, in conditions.
local calls = {}
local function v(x) calls[#calls + 1] = tostring(x); return x end
print(v(1) and v(2), v(nil) and v(3), v(false) or v(4), v(5) or v(6))
print(table.concat(calls, " "))
print(nil and nil, nil or nil, false and nil, nil and false, false or nil, nil or false)
print(1 and 2 or 3, nil and 2 or 3, 1 and nil or 3, 1 and false or nil)
print(1 or error("not evaluated"), nil and error("not evaluated"))
local function three() return 1, 2, 3 end
print(three() and three())
print(three() or 5)
print(nil or three())
print((nil or three()))
local a, b, c = nil, false, 0
print(a or b or c, a and b and c, a or (b and c), (a or b) and c, not a and not b, not (a or c))
if a or c then io.write("1 ") end
if (a and b) or (c and not b) then io.write("2 ") end
if not (a and b and c) then io.write("3 ") end
if a == nil and b == false and c == 0 then io.write("4 ") end
if not a == true then io.write("5 ") end
if (a or b) == false then io.write("6 ") end
print()
local x = a == nil and "nil" or a
local y = (c > 0 and "positive") or (c < 0 and "negative") or "zero"
local z = c == 0 and b
local w = not (c == 0) or a
print(x, y, z, w)
print(1 < 2 and 2 < 3, 1 < 2 and 3 < 2, 1 > 2 or 3 > 2, not (1 > 2) and "yes")
local t = { f = function(self, n) return n end }
print(t and t.f and t:f(9), t.g and t.g(), t.g == nil and t:f(nil) or "last")
while a or (c and c < 3) do c = c + 1 end
print(c)
repeat c = c - 1 until c == 0 or (c == 1 and false)
print(c)
return
