-- Equality with constants: numbers of different forms, both zeros, wide integers, other kinds.
print(0.0 == -0.0, 0 == -0.0, 1 == 1.0, -1 == -1.0)
local zero, negative = 0.0, -0.0
print(zero == negative, zero == -0.0, zero == 0, negative == 0, negative == 0.0, negative ~= 0)
local m, w, f, i = -1.0, math.maxinteger, 2^53, 5
print(m == -1, m ~= -1, w == 9223372036854775807, w ~= 9223372036854775807, w == 2^63)
print(f == 9007199254740992, i == 5.0, i == 5.5, -i == -5.0, f + 1 == 9007199254740993)
print(zero == nil, w == nil, m == "x", w == "x", i == "5", nil == i, zero == false, i == true)
local big = ("x"):rep(50)
print(big == "x", big == ("x"):rep(50), big == "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", big ~= nil)
local nan = 0 / 0
print(nan == 0, nan ~= 0, nan == nil, nan == 1.5)
if m == -1 then print("yes") end
if negative ~= 0 then print("no") end
while w == math.maxinteger do w = w - 1 end
print(w == 9223372036854775806)
