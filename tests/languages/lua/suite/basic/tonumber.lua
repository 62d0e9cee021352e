-- tonumber, with and without a base.
for _, s in ipairs({ "10", " 10 ", "\t10\n", "10.5", "1e2", "0x10", "0x1p4", "-5", "+5", "- 5", "", " ", "abc", "10a", "1e", "0x", ".5", "5.", ".", "inf", "nan", "1 2", "0b1", "1_0", "٣", "9223372036854775808", "-9223372036854775808", "1e400" }) do
  io.write(tostring(tonumber(s)), " ")
end
print()
print(tonumber(5), tonumber(5.5), tonumber(nil), tonumber(true), tonumber({}), tonumber("10\0"))
print(tonumber("ff", 16), tonumber("FF", 16), tonumber("zz", 36), tonumber("101", 2), tonumber("777", 8), tonumber("8", 8), tonumber("-ff", 16))
print(tonumber(" 11 ", 2), tonumber("", 10), tonumber("1.5", 10), tonumber("7fffffffffffffff", 16), tonumber("ffffffffffffffff", 16), tonumber("1" .. ("0"):rep(20), 10))
print(math.type(tonumber("10")), math.type(tonumber("10.0")), math.type(tonumber("1e1")), math.type(tonumber("0x10")))
print(pcall(tonumber, "10", 1))
print(pcall(tonumber, "10", 37))
print(pcall(tonumber, 10, 16))
print(pcall(tonumber, {}, 16))
print(pcall(tonumber))
print(tonumber("0x.8"), tonumber("0x8."), tonumber("0x."), tonumber("1e+5"), tonumber("1E-5"), tonumber("0X1P-2"))
