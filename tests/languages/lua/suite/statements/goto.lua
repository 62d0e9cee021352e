-- goto and labels.
local i = 1
::top::
if i <= 3 then io.write(i, " "); i = i + 1; goto top end
print()
for a = 1, 3 do
  for b = 1, 3 do
    if b == 2 then goto continue end
    if a == 3 then goto done end
    io.write(a, ",", b, " ")
    ::continue::
  end
end
::done::
print()
do goto skip; print("never") ::skip:: end
do
  local k = 0
  ::a:: k = k + 1
  if k == 1 then goto a elseif k == 2 then goto b else goto c end
  ::b:: io.write("b "); goto a
  ::c:: print("c", k)
end
-- A new local in each round, even with goto
local fs = {}
do
  local n = 1
  ::again::
  local x = n * 10
  fs[n] = function() x = x + 1; return x end
  n = n + 1
  if n <= 3 then goto again end
end
print(fs[1](), fs[1](), fs[2](), fs[3]())
-- A label at the end of a block sees no locals in between
do goto e; local z = 5; ::e:: end
-- The same name in functions and blocks apart
local function f() do goto x; ::x:: end do goto x; ::x:: end return "f" end
print(f())
while true do do goto out end end
::out::
repeat
  local y = 1
  if y then goto cont end
  io.write("no")
  ::cont::
until true
do local c = 0; ::l1:: ::l2:: c = c + 1; if c < 3 then goto l2 end print(c) end
goto last
do ::last:: print("the inner one is not seen") end
::last:: print("end")
