-- All permutations of an array by exchanges: recursion, reads and writes of array elements, an upvalue that counts.
-- Expected: 69281.

local values = {}
local count = 0

local function exchange(i, j)
  local kept = values[i]
  values[i] = values[j]
  values[j] = kept
end

local function permute(n)
  count = count + 1
  if n > 0 then
    permute(n - 1)
    for i = n, 1, -1 do
      exchange(n, i)
      permute(n - 1)
      exchange(n, i)
    end
  end
end

function run()
  for i = 1, 7 do
    values[i] = i
  end
  for _ = 1, 6 do
    count = 0
    permute(7)
  end
  for i = 1, 7 do
    if values[i] ~= i then
      error("permute: the array was not restored")
    end
  end
  if count ~= 69281 then
    error("permute: " .. count)
  end
  return count
end
