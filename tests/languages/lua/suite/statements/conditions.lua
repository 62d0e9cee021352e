-- if, elseif, else; while; repeat.
local function sign(n) if n > 0 then return "+" elseif n < 0 then return "-" else return "0" end end
print(sign(5), sign(-5), sign(0))
local function many(n)
  if n == 1 then return "one" elseif n == 2 then return "two" elseif n == 3 then return "three"
  elseif n == nil then return "nil" elseif n == "x" then return "x" else return "other" end
end
print(many(1), many(2), many(3), many(nil), many("x"), many(2.0), many(4))
local i = 0
while i < 3 do i = i + 1; io.write(i, " ") end
while i > 100 do error() end
repeat i = i - 1; io.write(i, " ") until i == 0
print()
repeat local z = i; i = i + 1 until z >= 2
print(i)
while true do i = i + 1; if i > 10 then break end end
print(i)
local n = 0
for a = 1, 3 do for b = 1, 3 do if b == 2 then break end n = n + 1 end end
print(n)
if nil then print("no") elseif false then print("no") end
if not nil and not false then print("yes") end
local x, y = 5, nil
if x and not y then print("x only") end
if x == 5 and (y or x) == 5 then print("both") end
print(x and y, x or y, y and x, y or x, not x == y)
if 1 < 2 == true then print("true") end
local k = 10
while k > 0 do k = k - 3; if k % 2 == 0 then goto continue end io.write(k, " ") ::continue:: end
print()
