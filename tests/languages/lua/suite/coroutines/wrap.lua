-- wrap: generators, errors pass through.
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
for i, s in range(4) do io.write(i, ":", s, " ") end
print()
local g = coroutine.wrap(function() return 1, 2, 3 end)
print(g())
print(pcall(g))
local e = coroutine.wrap(function() error("inside") end)
print(pcall(e))
print(pcall(e))
local t = coroutine.wrap(function() error({ code = 5 }) end)
local fine, value = pcall(t)
print(fine, type(value), value.code)
local n = coroutine.wrap(function() error("no position", 0) end)
print(pcall(n))
local function permutations(list, n)
  n = n or #list
  if n <= 1 then coroutine.yield(table.concat(list)) end
  for i = 1, n do
    list[n], list[i] = list[i], list[n]
    if n > 1 then permutations(list, n - 1) end
    list[n], list[i] = list[i], list[n]
  end
end
for p in coroutine.wrap(function() permutations({ "a", "b", "c" }) end) do io.write(p, " ") end
print()
print(type(coroutine.wrap(print)), pcall(coroutine.wrap))
local acc = coroutine.wrap(function(a) while true do a = a + coroutine.yield(a) end end)
print(acc(1), acc(2), acc(3), acc(0.5))
