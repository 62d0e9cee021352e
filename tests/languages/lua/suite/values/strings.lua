-- Strings are sequences of bytes, any bytes, and are equal when their bytes are.
local s = "a\0b"
print(#s, s == "a\0b", s == "a", s < "a\0c", s:byte(1, -1))
print(#"", "" == "", "abc" == "ab" .. "c")
local long = ("x"):rep(1000)
local other = ("x"):rep(500) .. ("x"):rep(500)
print(#long, long == other, long ~= other, long .. "y" == other .. "y")
local t = {}
t[long] = 1
print(t[other], t[long .. "x"])
for length = 38, 43 do
  local a, b = ("k"):rep(length), ("k"):rep(length - 1) .. "k"
  local map = { [a] = length }
  print(length, a == b, map[b], rawequal(a, b))
end
print("\xff\xfe" > "\x7f", "Z" < "a", "a" < "b", "a" < "aa", "" < "a")
print("\u{48}\u{20AC}", #"\u{20AC}", #"\u{7FFFFFFF}")
