-- Binary trees, made and counted and dropped while a big one stays alive: allocation, and a collector that should not
-- look at the old tree again and again. Expected: 31744 32736 32767 32767.

local function make(depth)
  if depth == 0 then
    return { false, false }
  end
  return { make(depth - 1), make(depth - 1) }
end

local function count(tree)
  if not tree[1] then
    return 1
  end
  return 1 + count(tree[1]) + count(tree[2])
end

function run()
  local long_lived = make(14)
  local sums = {}
  for depth = 4, 14, 5 do
    local trees = 2 ^ (14 - depth)
    local sum = 0
    for _ = 1, trees do
      sum = sum + count(make(depth))
    end
    sums[#sums + 1] = sum
  end
  sums[#sums + 1] = count(long_lived)
  local value = table.concat(sums, " ")
  if value ~= "31744 32736 32767 32767" then
    error("binarytrees: " .. value)
  end
  return value
end
