-- Pancakes: for every permutation of eight numbers, how often must a beginning of it be turned over until 1 is in
-- front? Small arrays of integers, reversed and rotated in loops. Expected: 1616 22.

local function fannkuch(n)
  local current, turned, counts = {}, {}, {}
  for i = 1, n do
    current[i] = i
    counts[i] = i
  end
  local sign, checksum, most = 1, 0, 0
  while true do
    if current[1] ~= 1 then
      for i = 1, n do
        turned[i] = current[i]
      end
      local flips = 0
      local first = turned[1]
      while first ~= 1 do
        local low, high = 1, first
        while low < high do
          turned[low], turned[high] = turned[high], turned[low]
          low = low + 1
          high = high - 1
        end
        flips = flips + 1
        first = turned[1]
      end
      if flips > most then
        most = flips
      end
      checksum = checksum + sign * flips
    end
    if sign == 1 then
      current[1], current[2] = current[2], current[1]
      sign = -1
    else
      current[2], current[3] = current[3], current[2]
      sign = 1
      local i = 3
      while counts[i] == 1 do
        if i == n then
          return checksum, most
        end
        counts[i] = i
        local first = current[1]
        for k = 1, i do
          current[k] = current[k + 1]
        end
        i = i + 1
        current[i] = first
      end
      counts[i] = counts[i] - 1
    end
  end
end

function run()
  local checksum, most = fannkuch(8)
  local value = checksum .. " " .. most
  if value ~= "1616 22" then
    error("fannkuch: " .. value)
  end
  return value
end
