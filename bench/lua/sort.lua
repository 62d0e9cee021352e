-- Sorting: table.sort with and without a comparator, and a quicksort and a merge sort in Lua itself. Calls from the
-- library back into closures, swaps in arrays, comparison of numbers and of strings. Expected: 39422, a sum over all
-- in order.

local seed

local function random(limit)
  seed = (seed * 1309 + 13849) % 65536
  return seed % limit
end

local function numbers(count)
  local array = {}
  for i = 1, count do
    array[i] = random(10000)
  end
  return array
end

local function check(array, before)
  for i = 2, #array do
    if before(array[i], array[i - 1]) then
      error("sort: element " .. i .. " is out of order")
    end
  end
end

local function less(a, b)
  return a < b
end

local function quicksort(array, first, last)
  while first < last do
    local pivot = array[math.floor((first + last) / 2)]
    local i, j = first, last
    while i <= j do
      while array[i] < pivot do
        i = i + 1
      end
      while array[j] > pivot do
        j = j - 1
      end
      if i <= j then
        array[i], array[j] = array[j], array[i]
        i = i + 1
        j = j - 1
      end
    end
    quicksort(array, first, j)
    first = i
  end
end

local function merge_sort(array, before)
  local count = #array
  local from, to = array, {}
  local width = 1
  while width < count do
    for start = 1, count, 2 * width do
      local left, right = start, start + width
      local left_end = math.min(right, count + 1)
      local right_end = math.min(right + width, count + 1)
      for place = start, right_end - 1 do
        if left < left_end and (right >= right_end or not before(from[right], from[left])) then
          to[place] = from[left]
          left = left + 1
        else
          to[place] = from[right]
          right = right + 1
        end
      end
    end
    from, to = to, from
    width = width * 2
  end
  return from
end

function run()
  seed = 42
  local plain = numbers(16000)
  table.sort(plain)
  check(plain, less)

  local records = {}
  for i = 1, 8000 do
    records[i] = { key = random(100), name = "r" .. random(1000) }
  end
  local function by_key(a, b)
    if a.key ~= b.key then
      return a.key > b.key
    end
    return a.name < b.name
  end
  local merged = merge_sort(records, by_key)
  table.sort(records, by_key)
  check(records, by_key)
  check(merged, by_key)

  local own = numbers(16000)
  quicksort(own, 1, #own)
  check(own, less)

  local sum = 0
  for i = 1, #plain do
    sum = (sum * 31 + plain[i]) % 1000003
  end
  for i = 1, #records do
    sum = (sum * 31 + records[i].key) % 1000003
  end
  for i = 1, #own do
    sum = (sum * 31 + own[i]) % 1000003
  end
  if sum ~= 39422 then
    error("sort: " .. sum)
  end
  return sum
end
