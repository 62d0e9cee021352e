-- Hash tables: integer keys with gaps, string keys that are made at run time, float and object keys, deletion,
-- traversal with pairs and next, insertion and removal at ends. Expected: 3405179869.

local function sparse(count)
  local map = {}
  local key = 1
  for i = 1, count do
    key = (key * 1309 + 13849) % 65536
    map[key * 16] = i
  end
  local entries, sum = 0, 0
  for each, value in pairs(map) do
    entries = entries + 1
    sum = sum + each % 101 + value
  end
  return entries + sum
end

local function names(count)
  local map = {}
  for i = 1, count do
    local name = "name" .. i % 1500
    map[name] = (map[name] or 0) + i
  end
  local sum = 0
  for i = 0, 1499 do
    sum = sum + map["name" .. i]
  end
  for i = 0, 1499, 2 do
    map["name" .. i] = nil
  end
  local left = 0
  local name = next(map)
  while name do
    left = left + 1
    name = next(map, name)
  end
  return sum + left
end

local function queue(count)
  local first, last, items = 1, 0, {}
  local sum = 0
  for i = 1, count do
    last = last + 1
    items[last] = i
    if i % 3 == 0 then
      sum = sum + items[first]
      items[first] = nil
      first = first + 1
    end
  end
  return sum + last - first
end

local function stack(count)
  local items = {}
  for i = 1, count do
    table.insert(items, i)
  end
  local sum = 0
  while #items > count / 2 do
    sum = sum + table.remove(items)
  end
  for i = 1, 20 do
    table.insert(items, 1, i)
    sum = sum + table.remove(items, 5)
  end
  return sum
end

local function objects(count)
  local all, place = {}, {}
  for i = 1, count do
    all[i] = { i }
    place[all[i]] = i
    place[i + 0.5] = i
  end
  local sum = 0
  for i = 1, count do
    sum = sum + place[all[i]] - place[i + 0.5] + all[i][1]
  end
  return sum
end

function run()
  local total = sparse(60000) + names(50000) + queue(60000) + stack(8000) + objects(16000)
  if total ~= 3405179869 then
    error("tables: " .. total)
  end
  return total
end
