-- Equality of everything with everything, by registers: what is interned, what is not, what has metamethods.

local long = ("x"):rep(60)
local calls = 0
local meta = { __eq = function() calls = calls + 1 return true end }
local other = { __eq = function() calls = calls + 1 return false end }
local values = {
  true, false, 0, 1, -1, 1 << 47, (1 << 47) + 0.0, 1 << 60, (1 << 60) + 0.0, 0.0, -0.0, 1.0, 0.5, 0 / 0, 1 / 0, "", "a", "b",
  ("x"):rep(40), ("x"):rep(41), ("x"):rep(41), long .. "1", long .. "1", long .. "2", {}, {}, setmetatable({}, {}),
  setmetatable({}, meta), setmetatable({}, meta), setmetatable({}, other), print, type, function() end,
  coroutine.create(print), coroutine.create(print), io.stdout, io.stderr,
}
local count = #values
values[count + 1] = nil

for _ = 1, 3 do
  local equal, unequal = {}, 0
  for i = 1, count + 1 do
    for j = 1, count + 1 do
      local a, b = values[i], values[j]
      if a == b then equal[#equal + 1] = i .. "=" .. j end
      if a ~= b then unequal = unequal + 1 end
    end
  end
  print(#equal, unequal, calls)
  print(table.concat(equal, " "))
end

-- The same two registers, of changing kinds.
local function same(a, b) return a == b end
local function differs(a, b) if a ~= b then return "differs" end return "same" end
for _, pair in ipairs { { 1, 1.0 }, { "a", "a" }, { {}, {} }, { 0 / 0, 0 / 0 }, { long .. "1", long .. "1" }, { 1 << 60, 1 << 60 }, { nil, false } } do
  print(same(pair[1], pair[2]), differs(pair[1], pair[2]))
end
local nan = 0 / 0
print(same(nan, nan), differs(nan, nan), same(nan, 1), same(0.0, -0.0))
