-- Many coroutines, nested ones, deep stacks within.
local function nest(n)
  if n == 0 then return "bottom" end
  return coroutine.wrap(function() return nest(n - 1) .. "." end)()
end
print(#nest(100))
local all = {}
for i = 1, 1000 do
  all[i] = coroutine.create(function(x) while true do x = x + coroutine.yield(x) end end)
  coroutine.resume(all[i], i)
end
local sum = 0
for round = 1, 3 do
  for i = 1, 1000 do
    local _, v = coroutine.resume(all[i], round)
    sum = sum + v
  end
end
print(sum)
local function depth(n) if n == 0 then return coroutine.yield("deep") end return depth(n - 1) + 1 end
local co = coroutine.create(function() return depth(5000) end)
print(coroutine.resume(co))
print(coroutine.resume(co, 0))
local prod = coroutine.wrap(function() for i = 1, 5 do coroutine.yield("item" .. i) end return nil end)
local filter = coroutine.wrap(function() for item in prod do coroutine.yield(item:upper()) end return nil end)
for item in filter do io.write(item, " ") end
print()
local over = coroutine.create(function() local function f() return 1 + f() end return f() end)
local fine, e = coroutine.resume(over)
print(fine, (e:match("stack overflow")))
local self_resume
self_resume = coroutine.create(function() return coroutine.resume(self_resume) end)
print(coroutine.resume(self_resume))
local upv = 0
local c1 = coroutine.wrap(function() while true do upv = upv + 1; coroutine.yield() end end)
c1(); c1()
print(upv)
