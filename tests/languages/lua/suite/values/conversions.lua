-- Conversions between strings and numbers.
print("10" + 5, "10" * "2", "3" - 1, "2" ^ 2, "7" // 2, "7" % "4", -"2", "0x10" + 0)
print("10" + 0.5, "1e1" + 0, "  12  " + 1, "0x1p4" + 0, "1." + 0, ".5" + 0)
print(10 .. 20, 1.5 .. "x", -1 .. "", 1e15 .. "", 2^63 .. "")
for _, text in ipairs({ "abc", "", " ", "1x", "0x", "1e", "--1", "1 2", "nan", "inf", "0x1g", "1e+" }) do
  print(text, pcall(function() return text + 1 end))
end
print(math.type("10" + 0), math.type("10.0" + 0), math.type("1e1" + 0), math.type("0x10" + 0))
print("10" == 10, 0 == "0", "abc" == "abc")
print(pcall(function() return 1 < "2" end))
print(pcall(function() return {} .. "x" end))
print(pcall(function() return "x" .. nil end))
print(pcall(function() return 1 + {} end))
print("9223372036854775807" + 0, "9223372036854775808" + 0, "-9223372036854775808" + 0)
print("0xffffffffffffffffff" + 0, #(12 .. ""), #(12.0 .. ""))
