-- Arithmetic operators on integers and floats.
print(7 + 2, 7 - 2, 7 * 2, 7 / 2, 7 // 2, 7 % 2, 7 ^ 2)
print(7.0 + 2, 7.0 - 2, 7.0 * 2, 7.0 / 2, 7.0 // 2, 7.0 % 2, 7.0 ^ 2)
print(7 + 2.0, 7 - 2.0, 7 * 2.0, 7 / 2.0, 7 // 2.0, 7 % 2.0, 7 ^ 2.0)
print(6 / 2, 2 ^ 3, 1 / 3, 10 // 3.0)
for _, a in ipairs({ 7, -7, 7.5, -7.5 }) do
  for _, b in ipairs({ 2, -2, 2.5, -2.5, 3, -3 }) do io.write(tostring(a // b), " ", tostring(a % b), "; ") end
  print()
end
print(-2 ^ 2, (-2) ^ 2, 2 ^ -1, 2 ^ 0.5 == math.sqrt(2), 0 ^ 0, (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3))
print(1 // 0.0, -1 // 0.0, 0.0 / 0.0 ~= 0.0 / 0.0, 1 % math.huge, -1 % math.huge, 1 % -math.huge, -1 % -math.huge)
print(5.5 // 1, -5.5 // 1, 5.3 % 1 < 0.31, -5.3 % 1 > 0.69, 5 % 5, -5 % 5, 5.0 % 5, -5.0 % 5)
print(math.maxinteger + 1.0, math.maxinteger // 1.0, math.mininteger / 1, math.maxinteger / -1)
print(math.mininteger // -1, math.mininteger % -1, math.maxinteger * 2, math.mininteger * -1)
print(3 | 0, 3.0 | 0, -1 | 0)
print(1e15 + 1, 2^53 + 1, 2^53 + 1.5, 9007199254740993 + 0.0)
local a, b = 10, 3
a = a + b; b = a - b; a = a - b
print(a, b, a // b, a % b, a / b, a ^ b, -a, - -a, -(-a))
print(0.1 + 0.2, 1 - 0.9, 1e308 + 1e308, 5 // 0.3)
print(-0.0, 0.0, 0 * -1, 0.0 * -1, -0.0 + 0, 1 / (0 * -1.0), 0 // -1, 0 % -1, 0.0 // -1, 0.0 % -1)
