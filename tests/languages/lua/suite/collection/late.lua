-- what changes after setmetatable; garbage in loops that call nothing; the collector inside finalizers

local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end

local meta = {}
local t = setmetatable({}, meta)
t[1] = {}
t[{}] = 1
t[2] = "x"
collectgarbage()
print(count(t))
meta.__mode = "v"
collectgarbage()
print(count(t))
meta.__mode = "k"
collectgarbage()
print(count(t))
meta.__mode = nil
t[{}] = 1
collectgarbage()
print(count(t))
rawset(meta, "__mode", "kv")
collectgarbage()
print(count(t))

-- a long string lives no longer than the value that it is the key of
local long = setmetatable({}, {__mode = "kv"})
collectgarbage()
local before = collectgarbage("count")
long[string.rep("a", 2 ^ 20)] = 25
long[string.rep("b", 2 ^ 20)] = {}
print(collectgarbage("count") > before + 2000)
collectgarbage()
print(count(long), collectgarbage("count") < before + 1500)

-- a variable that was set holds its old value no longer, whatever stood beside it
local function until_finalized(make)
  local x
  local other
  local finished = false
  x = setmetatable({}, {__gc = function() finished = true end})
  other = {34}
  repeat x = make() until finished
  return other[1]
end
print(until_finalized(function() return {} end))
do
  local x, i
  local finished = false
  x = setmetatable({}, {__gc = function() finished = true end})
  i = 1
  repeat i = i + 1 x = tostring(i) .. tostring(i) until finished
  finished = false
  x = setmetatable({}, {__gc = function() finished = true end})
  repeat x = {} until finished
  finished = false
  x = setmetatable({}, {__gc = function() finished = true end})
  repeat local i x = function() return i end until finished
  print("finalized")
end

-- finalizers may not ask the collector for anything
do
  local found = {1}
  setmetatable({}, {__gc = function() found = {collectgarbage(), collectgarbage("count"), collectgarbage("step")} end})
  collectgarbage()
  print(#found, found[1], found[2], found[3])
end
print(collectgarbage("incremental") ~= nil, collectgarbage("generational"), collectgarbage("incremental"))
