-- The primes up to 400,000 by crossing out: a long array of booleans, written and read in loops with and without
-- steps. Expected: 33860.

local function count_primes(limit)
  local prime = {}
  for i = 1, limit do
    prime[i] = true
  end
  local count = 0
  for i = 2, limit do
    if prime[i] then
      count = count + 1
      for multiple = i + i, limit, i do
        prime[multiple] = false
      end
    end
  end
  return count
end

function run()
  local count = count_primes(400000)
  if count ~= 33860 then
    error("sieve: " .. count)
  end
  return count
end
