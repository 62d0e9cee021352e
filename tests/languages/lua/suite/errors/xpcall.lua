-- xpcall: the handler sees the error where it was raised.
local function handler(message) return "handled: " .. tostring(message) end
print(xpcall(function() error("x", 0) end, handler))
print(xpcall(function(...) return ... end, handler, 1, 2, 3))
print(xpcall(error, handler, "direct"))
print(xpcall(function() local t = nil; return t.x end, handler))
print(xpcall(function() error() end, function(m) return m == nil end))
print(xpcall(function() error("a", 0) end, function() return 1, 2, 3 end))
print(xpcall(function() error("b", 0) end, function() end))
local inner
print(xpcall(function() error("c", 0) end, function(m)
  inner = m
  return select(2, pcall(error, "d"))
end), inner)
print(pcall(xpcall))
print(pcall(xpcall, print))
print(xpcall(print, handler, "printed"))
print(xpcall(function() return xpcall(error, handler, "in") end, handler))
-- A handler that fails gets its own error.
local depth = 0
local fine, message = xpcall(error, function(m)
  depth = depth + 1
  if depth < 4 then error("again", 0) end
  return "stopped at " .. depth .. " " .. m
end, "start")
print(fine, message)
