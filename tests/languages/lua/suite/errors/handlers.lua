-- handlers of errors that fail, and those called when the stack is full

local function forever() return 1 + forever() end

print(pcall(forever))
print(xpcall(forever, function(m) return "handled: " .. m end))
print(xpcall(forever, forever))
print((select(2, xpcall(forever, debug.traceback)):gsub("\n.*", "")))
print(xpcall(error, error, 1))
print(xpcall(error, function() return {} + 1 end, 1))
local count = 0
print(xpcall(error, function(m)
  count = count + 1
  if count < 40 then error("again " .. count, 0) end
  return m
end, 1))

-- large frames, with the stack full at any place in them
local names = {}
for i = 1, 190 do names[i] = "a" .. i end
local large = load([[
  local function large(n)
    local ]] .. table.concat(names, ", ") .. [[ = 1, n
    return 1 + large(n + 1)
  end
  return large
]])()
for i = 1, 3 do
  print(xpcall(large, function(m) return m:match("stack overflow") end, i))
end
local function after_some(n, f) if n == 0 then return f(1) end return 1 + after_some(n - 1, f) end
for n = 1, 40 do
  local ok, m = xpcall(after_some, function(m) local a, b, c = 1, 2, 3 return m:match("stack overflow") end, n, large)
  assert(not ok and m == "stack overflow")
end
print(pcall(string.rep, "x", -1))

-- and inside a coroutine
print(coroutine.resume(coroutine.create(function()
  return xpcall(forever, function(m) return "handled: " .. m end)
end)))

-- a chain of __call that takes arguments
local f = table.pack
for i = 1, 90 do f = setmetatable({}, {__call = f}) end
print(f(1, 2).n)
