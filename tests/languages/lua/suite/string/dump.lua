-- string.dump makes a string that load takes, for functions without upvalues; binary chunks are refused where asked.
local function f(a, b) return a + b, "text" end
local d = string.dump(f)
print(type(d), d:sub(1, 1) == "\27")
print(load(d, "d", "b")(1, 2))
print(load(d, "d", "t"))
print(pcall(string.dump, print))
print(pcall(string.dump))
