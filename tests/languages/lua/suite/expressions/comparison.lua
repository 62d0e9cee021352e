-- Comparison of numbers is exact, whatever their kinds; strings compare by bytes here.
print(1 == 1.0, 1 < 1.5, 1.5 < 2, 2 <= 2.0, 3 > 2.5, 3 >= 3.5)
print(math.maxinteger < math.maxinteger + 0.0, math.maxinteger + 0.0 == 2^63, math.maxinteger == 2^63)
print(math.maxinteger + 1.0 > math.maxinteger, math.mininteger == -2^63, math.mininteger <= -2^63, math.mininteger < -2^63)
print(2^53 == 2^53 + 1, 9007199254740993 == 2^53, 9007199254740993 > 2^53, 9007199254740993 < 9007199254740994.0)
print(9223372036854775807 < 9223372036854775808, 9223372036854775806 < 2^63, -9223372036854775807 > -2^63)
local big = { math.maxinteger, math.maxinteger - 1, math.mininteger, 2^53 | 0, (2^53 | 0) + 1, -(2^53 | 0) - 1, 0 }
local flt = { 2^63, -2^63, 2^53, -2^53, 2^62, 1e300, -1e300, math.huge, -math.huge, 0.5, -0.5, 0 / 0 }
for _, i in ipairs(big) do
  for _, f in ipairs(flt) do
    io.write((i < f and "<" or ""), (i <= f and "l" or ""), (i == f and "=" or ""), (i >= f and "g" or ""), (i > f and ">" or ""),
      (f < i and "<" or ""), (f <= i and "l" or ""), (f >= i and "g" or ""), (f > i and ">" or ""), " ")
  end
  print()
end
local nan = 0 / 0
print(nan == nan, nan ~= nan, nan < 1, nan > 1, 1 < nan, 1 <= nan, not (1 < nan), not (nan >= 1))
print("a" < "b", "a" < "A", "" < "a", "a" <= "a", "abc" < "abd", "Z" < "a", "10" < "9", "a\0b" < "a\0c", "a\0" > "a")
print(1 == "1", "1" == 1, nil == false, {} == {}, print == print, 0 == -0, 0.0 == -0.0, "" == false)
print(not (1 == 1), not not nil, 1 ~= 1.0, "a" ~= "b")
