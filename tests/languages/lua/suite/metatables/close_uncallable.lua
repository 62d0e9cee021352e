-- __close that is no function by the time it is wanted; what functions called by it see

local t = setmetatable({}, {})
local meta = getmetatable(t)
local function try(value, fails)
  meta.__close = print
  print(pcall(function()
    local x <close> = t
    meta.__close = value
    if fails then error("first") end
  end))
end
try(5)
try(5, true)
try(nil)
try(nil, true)
try({})
try({}, true)
try(setmetatable({}, {__call = function(self, x, e) print(x == t, e) end}))

meta.__close = print
print(xpcall(function()
  local x <close> = t
  meta.__close = nil
  error("first")
end, function(m) return "handled: " .. m end))

meta.__close = print
local co = coroutine.create(function()
  local x <close> = t
  meta.__close = nil
  coroutine.yield(1)
end)
print(coroutine.resume(co))
print(coroutine.close(co))
meta.__close = print
co = coroutine.create(function()
  local x <close> = t
  meta.__close = {}
  error("first")
end)
print(coroutine.resume(co))
print(coroutine.close(co))

-- after an error, the functions it has left are not on the stack any more
local function close_with(f) return setmetatable({}, {__close = f}) end
local function fails()
  local a <close> = close_with(function(_, e) print(debug.getinfo(2).name, e) error("second", 0) end)
  local b <close> = close_with(function(_, e) print(debug.getinfo(2).name, e) error("first", 0) end)
  error("zero", 0)
end
print(pcall(fails))

-- and without one, it is called from the function that ends
local function ends()
  local a <close> = close_with(function()
    print(debug.getinfo(2, "n").name, debug.getinfo(1, "n").name, debug.getinfo(1, "n").namewhat)
    print(debug.traceback("here"))
  end)
  local b <close> = close_with(function(...) print(debug.getinfo(2, "l").currentline) end)
  return 1, 2, 3
end
print(ends())
local function open_ends(...)
  local a <close> = close_with(function(...) print(debug.getinfo(2, "l").currentline, select("#", ...)) end)
  return ...
end
print(open_ends(1, 2, 3))
