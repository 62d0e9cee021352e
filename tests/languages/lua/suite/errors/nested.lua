-- Errors through several levels of calls, pcall in loops, and rethrown.
local log = {}
local function step(n)
  if n == 0 then error({ depth = "bottom" }) end
  local fine, e = pcall(step, n - 1)
  log[#log + 1] = n .. (fine and "+" or "-")
  if n % 2 == 0 then error(e) end
  return n
end
print(pcall(step, 4))
print(table.concat(log, " "))
local count = 0
for i = 1, 2000 do
  if not pcall(error, i) then count = count + 1 end
end
print(count)
local function deep(n) if n == 0 then error("deep", 0) end deep(n - 1) end
print(pcall(deep, 500))
local function tail(n) if n == 0 then error("tail", 0) end return tail(n - 1) end
print(pcall(tail, 5000))
local fine, message = pcall(function()
  local fine, message = pcall(error, "first", 0)
  error(message .. " second", 0)
end)
print(fine, message)
