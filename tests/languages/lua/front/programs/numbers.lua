-- integer division etc
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 2^10, 7 / 2, 1 << 62, 1 << 63, 1 << 64, -1 >> 60, 5 & 3, 5 | 3, 5 ~ 3, ~5)
print(0x7fffffffffffffff + 1, 9223372036854775808, 0xffffffffffffffff, 0x1p4, 0xA.8, 1e3, .5, 3., 0x.1p4)
print(-2^2, 2^-1, not nil == true, 1 .. 2 == "12", 2^3^2, -3 % 5, (-3) % 5)
print("\65\x42\u{43}\z
       D\
E\t\"\'\\", '\u{7FFFFFFF}', [[
x]], [==[a]]b]==], #"\0a")
print(#"\u{20AC}", "a\
b")
