-- Coroutines: generators by wrap, two that hand values to and fro, a chain of filters that finds primes, walks of
-- trees. Expected: 225183179.

local wrap, yield, create, resume = coroutine.wrap, coroutine.yield, coroutine.create, coroutine.resume

local function range(first, last)
  return wrap(function()
    for i = first, last do
      yield(i)
    end
  end)
end

local function filter(prime, source)
  return wrap(function()
    for number in source do
      if number % prime ~= 0 then
        yield(number)
      end
    end
  end)
end

local function primes(limit)
  local count, last = 0, 0
  local source = range(2, limit)
  while true do
    local prime = source()
    if not prime then
      return count + last
    end
    count, last = count + 1, prime
    source = filter(prime, source)
  end
end

local function tree(depth)
  if depth == 0 then
    return nil
  end
  return { left = tree(depth - 1), value = depth, right = tree(depth - 1) }
end

local function walk(node)
  if node then
    walk(node.left)
    yield(node.value)
    walk(node.right)
  end
end

local function sum_of_tree(root)
  local sum = 0
  for value in wrap(function() walk(root) end) do
    sum = sum + value
  end
  return sum
end

local function to_and_fro(rounds)
  local other = create(function(first)
    local sum = first
    while true do
      sum = sum + yield(sum % 7)
    end
  end)
  local sum = 0
  for i = 1, rounds do
    local _, answer = resume(other, i)
    sum = sum + answer
  end
  return sum
end

local function short_lives(count)
  local sum = 0
  for i = 1, count do
    local thread = create(function(a, b)
      local c = yield(a + b)
      return c * 2
    end)
    local _, first = resume(thread, i, 1)
    local _, second = resume(thread, first)
    sum = sum + second
  end
  return sum
end

local root = tree(13)

function run()
  local total = primes(500) + primes(510) + primes(520) + sum_of_tree(root) + to_and_fro(60000) + short_lives(15000)
  if total ~= 225183179 then
    error("coroutines: " .. total)
  end
  return total
end
