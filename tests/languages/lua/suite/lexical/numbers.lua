-- Number literals.
print(3, 345, 0xff, 0xBEBADA, 0XA, 007)
print(3.0, 3.1416, 314.16e-2, 0.31416E1, 34e1, .5, 5., 3e+2, 1e-2)
print(0x0.1E, 0xA23p-4, 0X1.921FB54442D18P+1, 0x.8p1, 0x1p-1, 0xA.8, 0x1P4)
print(math.type(3), math.type(3.0), math.type(0xff), math.type(0x1p0), math.type(1e2), math.type(3.))
print(9223372036854775807, 9223372036854775808, 0x7fffffffffffffff, 0xffffffffffffffff)
print(1e308, 1e309, 5e-324, 1e-400, 123456789012345678901234567890)
print(3 .. 4, 1 ..2)
local function try(text) print((select(2, load("return " .. text, "=text")))) end
for _, text in ipairs({ "3x", "0x", "1e", "1e+", "0xp1", "1..2", "3..x", "0x1p", "1.2.3", "08a", "1_000" }) do try(text) end
print(0x7fffffffffffffff + 1 == math.mininteger, -0x8000000000000000 == math.mininteger)
print(1e1, 1E1, 0e12, 00012, 1//1)
