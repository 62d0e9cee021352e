-- Functions as values: counters with shared and separate upvalues, composition, map and fold with closures, varargs,
-- pcall in a loop, functions that make functions. Expected: 90335160.

local unpack = table.unpack or unpack

local function counter(step)
  local count = 0
  return function()
    count = count + step
    return count
  end, function()
    return count
  end
end

local function compose(...)
  local functions = { ... }
  return function(value)
    for i = 1, #functions do
      value = functions[i](value)
    end
    return value
  end
end

local function map(array, action)
  local result = {}
  for i = 1, #array do
    result[i] = action(array[i])
  end
  return result
end

local function fold(array, start, action)
  local value = start
  for i = 1, #array do
    value = action(value, array[i])
  end
  return value
end

local function sum_of(...)
  local sum = 0
  for i = 1, select("#", ...) do
    sum = sum + (select(i, ...))
  end
  return sum
end

local function checked(value)
  if value % 5 == 0 then
    error("five", 0)
  end
  return value
end

function run()
  local total = 0
  for round = 1, 60 do
    local add, read = counter(round)
    for _ = 1, 1000 do
      add()
    end
    total = total + read()

    local functions = {}
    for i = 1, 200 do
      functions[i] = function(value)
        return value + i
      end
    end
    total = total + compose(unpack(functions))(0)

    local array = {}
    for i = 1, 1000 do
      array[i] = i
    end
    local squares = map(array, function(value)
      return value * value % 1001 + round
    end)
    total = total + fold(squares, 0, function(a, b)
      return a + b
    end)

    for i = 1, 1000 do
      total = total + sum_of(i, round, 3, 4)
      local fine, result = pcall(checked, i)
      if fine then
        total = total + result
      elseif result ~= "five" then
        error("closures: " .. tostring(result))
      end
    end
  end
  if total ~= 90335160 then
    error("closures: " .. total)
  end
  return total
end
