-- Integers are 64 bits wide and wrap around.
print(math.maxinteger, math.mininteger)
print(math.maxinteger + 1 == math.mininteger, math.mininteger - 1 == math.maxinteger)
print(math.maxinteger * 2, math.mininteger * 2, math.maxinteger * math.maxinteger)
print(-math.mininteger, math.mininteger // -1, math.mininteger % -1)
print(9223372036854775807, 9223372036854775808, -9223372036854775808)
print(0x7fffffffffffffff, 0xffffffffffffffff, 0x1ffffffffffffffff, 0x10000000000000000)
print(2147483647 + 1, -2147483648 - 1, 4294967296 * 4294967296)
print(140737488355327 + 1, -140737488355328 - 1, 140737488355328 * 2)
print(3 * 5, -3 * 5, 7 - 10, 0 - 0, -0)
local x = 1
for _ = 1, 70 do x = x * 2 end
print(x)
local y = 1
for _ = 1, 25 do y = y * 7 end
print(y)
print(math.maxinteger // 1 == math.maxinteger, math.maxinteger % 10, math.mininteger % 10)
