-- random and randomseed: ranges, repetition, errors (the numbers themselves are free).
math.randomseed(42)
local a, b, c = math.random(), math.random(100), math.random(-5, 5)
math.randomseed(42)
print(a == math.random(), b == math.random(100), c == math.random(-5, 5))
local ok = true
for _ = 1, 2000 do
  local x = math.random()
  ok = ok and x >= 0 and x < 1 and math.type(x) == "float"
  local n = math.random(6)
  ok = ok and n >= 1 and n <= 6 and math.type(n) == "integer"
  n = math.random(-3, 3)
  ok = ok and n >= -3 and n <= 3
end
print(ok, math.type(math.random(0)), math.random(5, 5))
local seen = {}
for _ = 1, 500 do seen[math.random(8)] = true end
print(#seen)
local r = math.random(math.mininteger, math.maxinteger)
print(math.type(r), pcall(math.random, 2, 1))
print(pcall(math.random, 0, -1))
print(pcall(math.random, 1, 2, 3))
print(pcall(math.random, 1.5))
print(pcall(math.random, "x"))
print(pcall(math.random, -1))
math.randomseed(7)
local s1 = {} for i = 1, 5 do s1[i] = math.random(1000000) end
math.randomseed(7)
local s2 = {} for i = 1, 5 do s2[i] = math.random(1000000) end
math.randomseed(8)
local s3 = {} for i = 1, 5 do s3[i] = math.random(1000000) end
print(table.concat(s1, ",") == table.concat(s2, ","), table.concat(s1, ",") == table.concat(s3, ","))
math.randomseed(1, 2)
math.randomseed()
