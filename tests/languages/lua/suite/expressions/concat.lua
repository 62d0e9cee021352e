-- Concatenation.
print("a" .. "b" .. "c", "a" .. 1, 1 .. 2, 1.5 .. "", 2^63 .. "|" .. -0.0)
print("" .. "", ("x"):rep(50) .. ("y"):rep(50))
local s = ""
for i = 1, 300 do s = s .. i % 10 end
print(#s, s:sub(1, 12), s:sub(-5))
local t = {}
for i = 1, 100 do t[i] = "v" .. i end
print(t[1] .. t[2] .. t[3] .. t[4] .. t[5] .. t[6] .. t[7] .. t[8] .. t[9] .. t[10] .. t[11] .. t[12])
print("a" .. "b" == "ab", "a" .. ("b" .. "c") == ("a" .. "b") .. "c", 1 .. "" == "1", #(1 .. 2))
print(1 + 1 .. 2 + 2, "x" .. 2 * 3, "a" .. "b" < "ac", -1 .. "", 2 .. -3)
local function f() return "f", "g" end
print("x" .. f(), f() .. "x", (f()))
local n = nil
print(pcall(function() return "a" .. n end))
print("nul\0in" .. "side\0" == "nul\0inside\0", #("\0" .. "\0"))
print(10 .. "" == "10", 10.0 .. "" == "10.0", 1e100 .. "", (1 / 0) .. "", math.mininteger .. "")
