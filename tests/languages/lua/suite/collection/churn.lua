-- Much garbage of all kinds, with something alive all the time.
local kept = {}
for i = 1, 200 do kept[i] = { name = "n" .. i, list = { i, i + 1 }, f = function() return i end } end
for round = 1, 40 do
  local junk
  for i = 1, 2000 do junk = { junk and junk[1], i, tostring(i), function() return junk end } end
  local s = ""
  for i = 1, 100 do s = s .. i end
  local co = coroutine.wrap(function() for i = 1, 10 do coroutine.yield({ i }) end end)
  for _ = 1, 5 do co() end
  kept[round].extra = s
end
local sum = 0
for i = 1, 200 do
  local k = kept[i]
  assert(k.name == "n" .. i and k.list[1] == i and k.list[2] == i + 1 and k.f() == i)
  sum = sum + #(k.extra or "")
end
print(sum)
collectgarbage()
for i = 1, 200 do assert(kept[i].f() == i) end
-- An old table that gets young values
local old = {}
collectgarbage()
collectgarbage()
for i = 1, 50000 do
  old[i % 100] = { i }
  if i % 10000 == 0 then collectgarbage("step") end
end
local total = 0
for i = 0, 99 do total = total + old[i][1] end
print(total)
-- Upvalues and strings as the only reference
local fs = {}
for i = 1, 100 do local s = ("long string number %d "):format(i):rep(5); fs[i] = function() return s end end
for _ = 1, 5 do collectgarbage(); for i = 1, 1000 do local _ = ("junk " .. i):rep(10) end end
for i = 1, 100 do assert(fs[i]() == ("long string number %d "):format(i):rep(5)) end
print("good")
