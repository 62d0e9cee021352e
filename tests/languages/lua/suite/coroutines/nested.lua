-- coroutines that resume each other too deep, and errors that leave functions of coroutine.wrap

local count = 0
local function resume_another()
  count = count + 1
  local ok, message = coroutine.resume(coroutine.create(resume_another))
  if not ok then error(message, 0) end
end
print(pcall(resume_another))
print(count > 150 and count < 250)

local function wrap_another()
  local value = coroutine.wrap(wrap_another)()
  return value
end
local ok, message = pcall(wrap_another)
print(ok, message:match("C stack overflow$"))

-- each function of wrap puts the position of its caller in front
local function fails() error("x") end
local function middle() local value = coroutine.wrap(fails)() return value end
local function outer() local value = coroutine.wrap(middle)() return value end
print(pcall(outer))
print(pcall(coroutine.wrap(fails)))
print(type(select(2, pcall(function() local value = coroutine.wrap(function() error({}) end)() end))))

local done = coroutine.wrap(function() end)
done()
print(pcall(function() local value = done() end))
local busy
busy = coroutine.wrap(function() local value = busy() end)
print(pcall(function() local value = busy() end))

-- and handlers outside are called for them
print(xpcall(outer, function(m) return "handled: " .. m end))
local co = coroutine.create(function() return xpcall(outer, function(m) return "inside: " .. m end) end)
print(coroutine.resume(co))

-- closing while closing
local again
again = coroutine.create(function()
  local x <close> = setmetatable({}, {__close = function()
    print(coroutine.status(again))
    coroutine.close(again)
  end})
  coroutine.yield(1)
end)
print(coroutine.resume(again))
print(coroutine.close(again))
print(coroutine.status(again))
