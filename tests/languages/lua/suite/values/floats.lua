-- Floats: how they are printed, infinities, not-a-number, both zeros.
print(1.0, -1.0, 0.0, -0.0, 0.1, 1e15, 1e16, 1e100, 123456.789)
print(1 / 0, -1 / 0, 0 / 0 ~= 0 / 0, math.huge, -math.huge)
print(100000000000000, 1e14, 2^53, 2^63, -2^63)
print(3.14159265358979, 1 / 3, 2 / 3, 1e-5, 1.5e-10, 5e-324)
print(0.0 == -0.0, 1 / 0.0, 1 / -0.0)
print(1e308 * 10, -1e308 * 10, 1e308 * 10 - 1e308 * 10 ~= 0)
local nan = 0 / 0
print(nan == nan, nan < nan, nan > nan, nan <= nan, nan ~= nan)
print(2^0.5, 10 / 2, 3 / 2, 7 // 2.0, 7 % 2.5, -7 // 2.0, -7 % 2.5)
print(1e15 + 0.5, 123456789012345.0, 12345678901234567890)
print(string.format("%.17g", 0.1), string.format("%.17g", 1e23))
print(0.1 + 0.2 == 0.3, 0.5 + 0.25 == 0.75)
