-- goto
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto cont end print(i, j) ::cont:: end end
do local n = 0 ::top:: n = n + 1 if n < 3 then goto top end print(n) end
do local n, f = 0, {} ::top:: local m = n f[#f + 1] = function() m = m + 10 return m end n = n + 1 if n < 3 then goto top end
   print(f[1](), f[1](), f[2](), f[3]()) end
do  -- out of blocks whose variables are captured, and around them again
  local kept = {}
  local i = 0
  ::again::
  do
    local x = i
    kept[#kept + 1] = function() x = x + 1 return x end
    i = i + 1
    if i < 3 then goto again end
    if i == 3 then goto out end
    print("never")
  end
  ::out::
  print(#kept, kept[1](), kept[1](), kept[2](), kept[3]())
  for j = 1, 3 do
    local y = j
    kept[j] = function() return y end
    if j == 2 then goto skip end
    if j == 3 then break end
    y = y * 10
    ::skip::
  end
  print(kept[1](), kept[2](), kept[3]())
  while true do
    repeat
      local z = 1
      if z then goto leave end
    until z
  end
  ::leave:: ; ::also::
  goto finish
  print("never")
  ::finish::
end
do
  goto f
  ::e:: goto g
  ::f:: goto e
  ::g::
  local n = 0
  ::a:: n = n + 1
  if n == 1 then goto a elseif n == 2 then goto a else goto b end
  ::b:: print(n)
end
