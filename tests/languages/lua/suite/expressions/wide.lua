-- Integers around the borders of 48 and 64 bits through every operation, by registers and by constants, hot and cold.

local numbers = {
  0, 1, -1, 2, -2, 3, 63, 64, -64, 65, 255, (1 << 47) - 1, 1 << 47, -(1 << 47), -(1 << 47) - 1, 1 << 48, (1 << 53) + 1,
  1 << 62, math.maxinteger, math.mininteger, 1103515245, 0x7fffffff, 0xffffffff, -0x123456789abcdef,
}
local operators = { "+", "-", "*", "//", "%", "&", "|", "~", "<<", ">>", "==", "<", "<=" }

local function mixed(sum, x)
  if x == true or x == false then x = x and 1 or 0 end
  return (sum ~ x) * 31 + (sum >> 60)
end

for _, operator in ipairs(operators) do
  local by_registers = load("local x, y = ... return x " .. operator .. " y")
  local sum, failed = 7, 0
  for _, x in ipairs(numbers) do
    for _, y in ipairs(numbers) do
      local ok, found = pcall(by_registers, x, y)
      if ok then sum = mixed(sum, found) else failed = failed + 1 end
    end
  end
  local constants = 7
  for _, y in ipairs(numbers) do
    if y ~= 0 or operator ~= "//" and operator ~= "%" then
      local literal = y == math.mininteger and "math.mininteger" or tostring(y)
      local right = load("local x = ... return x " .. operator .. " " .. literal)
      local left = load("local x = ... return " .. literal .. " " .. operator .. " x")
      for round = 1, 3 do
        for _, x in ipairs(numbers) do
          constants = mixed(constants, right(x))
          if x ~= 0 or operator ~= "//" and operator ~= "%" then constants = mixed(constants, left(x)) end
        end
      end
    end
  end
  print(operator, sum, failed, constants)
end

local function of_one(f)
  local sum = 7
  for round = 1, 3 do for _, x in ipairs(numbers) do sum = mixed(sum, f(x)) end end
  return sum
end
print(of_one(function(x) return -x end), of_one(function(x) return ~x end))
print(of_one(function(x) return x + 1 end), of_one(function(x) return x - 1 end), of_one(function(x) return x % 7 end))

-- What programs make random numbers and hashes with.
local seed = 42
for _ = 1, 300 do seed = (seed * 1103515245 + 12345) & 0x7fffffff end
local other = 42
for _ = 1, 300 do other = (other * 6364136223846793005 + 1442695040888963407) % 2147483648 end
local x = 88172645463325252
for _ = 1, 300 do
  x = x ~ (x << 13)
  x = x ~ (x >> 7)
  x = x ~ (x << 17)
end
local hash = 0xcbf29ce484222325
for at = 1, 300 do hash = (hash ~ (at & 255)) * 0x100000001b3 end
print(seed, other, x, hash)

-- Shifts by what is no number of bits, by doubles; of strings there are none.
print(1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 63, -1 >> 64, 1 << 2.0, -1 << 4, pcall(function() return "3" << 2 end))
print(pcall(function() return 1 << 1.5 end))
print(pcall(function() return 2.5 >> 1 end))
print(pcall(function() return {} << 1 end))

-- Integers and doubles compared, small and wide.
local halves = { -0.5, 0.0, -0.0, 0.5, 2.0, 2.0 ^ 47, 2.0 ^ 53, 2.0 ^ 63, -2.0 ^ 63, 1 / 0, -1 / 0, 0 / 0 }
local counts = { 0, 0, 0, 0 }
for round = 1, 3 do
  for _, a in ipairs(numbers) do
    for _, b in ipairs(halves) do
      if a < b then counts[1] = counts[1] + 1 end
      if b <= a then counts[2] = counts[2] + 1 end
      if a == b then counts[3] = counts[3] + 1 end
      if not (b < a) then counts[4] = counts[4] + 1 end
    end
  end
end
print(table.concat(counts, " "))

-- Squares: by an instruction of their own.
local function square(v) return v ^ 2 end
print(square(3), square(-1.5), square("4"), square(1 << 62), square(1 / 0), square(-0.0))
print(pcall(square, {}))
print(square(setmetatable({}, { __pow = function(_, e) return math.type(e), e end })))
