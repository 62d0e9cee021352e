-- The level given to error says whose position is put before the message.
local function one() error("level 1", 1) end
local function two() error("level 2", 2) end
local function three() error("level 3", 3) end
local function zero() error("level 0", 0) end
local function call(f)
  f()
  return nil
end
print(pcall(one))
print(pcall(call, two))
local function outer(f)
  call(f)
  return nil
end
print(pcall(outer, three))
print(pcall(zero))
print(pcall(error, "no position for functions of the library"))
print(pcall(function() error("here") end))
print(pcall(function() error() end))
print(pcall(function() error({}, 2) end) == false)
print(pcall(function()
  error("line " ..
    "of the call")
end))
print(pcall(function() local x = 1; error(x) end))
print(pcall(string.rep))
print(pcall(function() string.rep() end))
