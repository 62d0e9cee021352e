-- Bitwise operators work on integers.
print(5 & 3, 5 | 3, 5 ~ 3, ~5, ~0, ~-1)
print(1 << 0, 1 << 1, 1 << 62, 1 << 63, 1 << 64, 1 << 100, 1 << -1)
print(-1 >> 0, -1 >> 1, -1 >> 63, -1 >> 64, -1 >> -1, -1 >> -64, 256 >> 4, -256 >> 4)
print(1 << math.maxinteger, 1 << math.mininteger, 1 >> math.mininteger, 1 >> math.maxinteger)
print(0xff & 0x0f, 0xf0 | 0x0f, 0xff ~ 0x0f, ~0xff & 0xfff)
print(3.0 & 1, 2.0 | 1.0, 1 << 3.0, ~5.0, -0.0 | 0)
print(pcall(function() return "7" & 3 end))
print(-1 & 0xffffffff, 0xffffffffffffffff == -1, math.mininteger >> 63, math.mininteger | 1)
print(1 | 2 & 3 ~ 4 << 1, (1 | 2) & 3, (5 & 6) == 4, 1 + 1 << 1 + 1, 6 & 3 | 8, 1 | 6 ~ 2)
for _, x in ipairs({ 1.5, "1.5", "x", 2^63, -2^63, 1 / 0, {}, true, "1e2" }) do
  local fine, r = pcall(function() return x | 0 end)
  print(type(x), fine, fine and r or (r:gsub("^.-:%d+: ", "")))
end
print(pcall(function() return 1 & nil end))
local n = 0
for i = 0, 63 do n = n ~ (1 << i) end
print(n, ~n)
print(0x7fffffffffffffff << 1, 0x8000000000000000 >> 1, 3 << 62)
