-- What metamethods see of table functions, and lengths that lie.
local function lying(length) return setmetatable({1, 2, 3}, {__len = function() return length end}) end
for _, length in ipairs {-1, 0, 2, 5, "3", "x", 2.0, 2.5, -3} do
  for _, p in ipairs {-1, 0, 1, 2, 3, 4, 6} do
    local t = lying(length)
    print(length, p, pcall(table.remove, t, p))
    print(length, p, pcall(table.insert, t, p, "new"))
    print(t[-2], t[-1], t[0], t[1], t[2], t[3], t[4], t[5], t[6])
  end
  print(pcall(table.concat, lying(length), ",", 1, 2))
  print(pcall(table.unpack, lying(length), 1, 2))
end
print(pcall(table.insert, lying(math.mininteger), math.mininteger, 1))
print(pcall(table.insert, lying(math.maxinteger), 1))
for length = 2, 12 do
  local log = setmetatable({}, {
    __len = function() return length end,
    __index = function(_, k) io.write("?", k, " ") return (k * 7) % 5 end,
    __newindex = function(t, k, v) io.write(k, "=", v, " ") rawset(t, k, v) end,
  })
  table.sort(log)
  print()
end
print(pcall(math.random, "a", "b", "c"))
