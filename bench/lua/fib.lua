-- Fibonacci numbers by their definition: calls of a global function, comparison and addition of small integers, and
-- nothing else. Expected: 832040.

function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end

function run()
  local result = fib(30)
  if result ~= 832040 then
    error("fib: " .. result)
  end
  return result
end
