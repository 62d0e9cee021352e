-- Remainders by constants: of small and large numbers, of both signs, at multiples of the constant and beside them.
local divisors = { 1, 2, 3, 5, 7, 10, 26, 97, 101, 255, 256, 1001, 65535, 65536, 65537, 1000003, 2147483647, 2147483648,
  4294967295, 4294967296, 4294967297, 99999999999, 70368744177663, 70368744177664, 140737488355327, 140737488355328,
  140737488355329, 9007199254740993, math.maxinteger, -1, -3, -65536, 2.0, 0.5 }
local numbers = { 0, 1, 2, 3, 96, 97, 98, 65535, 65536, 1000002, 1000003, 2147483647, 4294967296, 70368744177664,
  140737488355326, 140737488355327, 140737488355328, 9007199254740993, math.maxinteger, math.mininteger }
local seed = 1
local function random()
  seed = (seed * 6364136223846793005 + 1442695040888963407)
  return seed >> 17
end
for _ = 1, 200 do numbers[#numbers + 1] = random() end
for _, divisor in ipairs(divisors) do
  local by = load("local n = ... return n % " .. string.format(math.type(divisor) == "float" and "%.1f" or "%d", divisor))
  local sum, count = 0, 0
  local function check(n)
    local rest = by(n)
    sum = (sum * 31 + rest) % 1000000007
    count = count + 1
    if divisor == divisor // 1 and math.type(divisor) == "integer" then
      if (n - rest) % divisor ~= 0 or (divisor > 0 and (rest < 0 or rest >= divisor)) then print("wrong", n, divisor, rest) end
    end
  end
  for _, n in ipairs(numbers) do
    check(n)
    check(-n)
    local near = n // divisor * divisor
    if math.type(near) == "integer" then
      check(near - 1)
      check(near)
      check(near + 1)
    end
  end
  print(divisor, count, sum, by(5.5), by(-5.5))
end
print(pcall(load("return {} % 3")))
print(pcall(load("local s = 'x' return s % 3")))
print(load("return '17' % 5")(), load("return -0.0 % 3")(), load("return 7 % 0.0")() ~= load("return 7 % 0.0")())
print(setmetatable({}, { __mod = function(_, k) return "mod " .. k end }) % 7)
