-- Takeuchi's function on linked lists whose lengths are the numbers: recursion, chasing pointers, short-lived tables.
-- Expected: 7.

local function make(length)
  local list = nil
  for value = 1, length do
    list = { value = value, rest = list }
  end
  return list
end

local function shorter(a, b)
  while b do
    if not a then
      return true
    end
    a, b = a.rest, b.rest
  end
  return false
end

local function tak(x, y, z)
  if not shorter(y, x) then
    return z
  end
  return tak(tak(x.rest, y, z), tak(y.rest, z, x), tak(z.rest, x, y))
end

local function length(list)
  local count = 0
  while list do
    count = count + 1
    list = list.rest
  end
  return count
end

function run()
  local result
  for _ = 1, 4 do
    result = length(tak(make(18), make(12), make(6)))
  end
  if result ~= 7 then
    error("tak: " .. result)
  end
  return result
end
