local a, b = 1, 2
-- and or
local x, y = nil, false
print(x or 1, y and 2, x and y, 1 and 2 or 3, nil and 2 or 3, x == nil and "n" or "m", not x, not not y)
y = x and y; print(y) y = 5 x = y and x; print(x)
x = 3 y = x and y + x print(y) y = (x == 3) and y print(y) x = x or y print(x) x = nil x = x or y print(x)
x = y == 8 print(x) x = y ~= 8 or y print(x)
local r = not (x and y) print(r) r = not (x or nil) print(r) r = (x or y) and (a or b) print(r)
r = 1 < 2 and 2 < 1 print(r) r = 1 < 2 or error() print(r)
local z1 = (a == 1 or b == 3) and "yes" or "no" print(z1)
print(1 == 1.0, "a" < "b", 1 < 2.5, 2 >= 2, 3 > a, 1 <= a, a == 1, 1 == a, a ~= 1.5, "x" == a)
-- values that jumps bring: into new variables, into variables that the rest still reads, into fields and calls
do
  local a, b, t, f = 1, nil, {x = 5}, function() return false end
  local r = a and t.x or b print(r)
  r = b and t.x or t.x + 1 print(r)
  r = r and r + 1 print(r)
  a = b or a and r print(a)
  b = a and b print(b)
  b = not b and a or r print(b)
  t.x = t.x and nil or f() or "last" print(t.x)
  print(f() or nil, nil or f(), (f() or t).x, #(b and "four" or ""))
  local u = 1
  local function set() return u end
  u = a and set() print(u)
  u = t and (f() or set()) print(u)
  while not (a and f()) and u do u = nil end print(u)
  if (a or u) and not (f() or u) then print("yes") else print("no") end
  local c = a == 1 or a == b and f() == false print(c)
  c = not (a ~= 1 and b ~= nil) print(c)
  c = (a and b) == (b and a) print(c)
  if nil then print(1) elseif false then print(2) elseif 0 then print(3) end
  print(nil and nil, false or nil, nil or false, 1 and nil, not nil and 1, not 1 or 2, (not 1) == false)
  print(true and 1, false and 1, true or 1, false or 1, nil == false, 1 and 2 and 3, nil or false or 3)
end
