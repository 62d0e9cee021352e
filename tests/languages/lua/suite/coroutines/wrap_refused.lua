-- Functions of coroutine.wrap whose coroutine cannot go on: it is dead, or it runs.
local wrap = coroutine.wrap
local dead = wrap(function() end)
dead()
print(pcall(dead))
print(pcall(function() dead() end))
print(pcall(function() return (dead()) end))
print(xpcall(function() dead() end, function(message) return "<" .. message .. ">" end))
print(pcall(function() for _ in dead do end end))
print(pcall(function() return setmetatable({}, {__index = dead}).x end))
print(coroutine.resume(coroutine.create(function() dead() end)))
local failed = wrap(function() error("once") end)
print(pcall(failed))
print(pcall(failed))
print(pcall(function() failed() end))
-- itself, and one that waits for another
local itself
itself = wrap(function() itself() end)
print(pcall(itself))
local outer
outer = wrap(function() print(wrap(function() return pcall(function() outer() end) end)()) end)
outer()
for _ = 1, 200 do pcall(dead) pcall(function() dead() end) end
print(select(2, pcall(dead)))
-- inside each other, deeper than allowed
local function nest(n) return wrap(function() return nest(n + 1)() end) end
local ok, message = pcall(nest(1))
print(ok, message:match("C stack overflow"))
