-- Attributes: const and close.
local a <const>, b <const> = 1, "b"
print(a, b)
local function new(name)
  return setmetatable({ name = name }, { __close = function(o, e) print("close " .. o.name, e) end })
end
do
  local x <close> = new("x")
  local y <close> = new("y")
  print("in block")
end
local function f()
  local r <close> = new("r")
  return "result", 2, 3
end
print(f())
for i = 1, 3 do
  local l <close> = new("l" .. i)
  if i == 2 then break end
end
print(pcall(function() local e <close> = new("e"); error("an error", 0) end))
do local n <close> = nil; local f <close> = false end
print(pcall(function() local bad <close> = 5 end))
print(pcall(function() local bad <close> = {} end))
print(pcall(function()
  local p <close> = setmetatable({}, { __close = function(_, e) print("p sees", e); error("from p", 0) end })
  local q <close> = setmetatable({}, { __close = function(_, e) print("q sees", e); error("from q", 0) end })
  error("from the body", 0)
end))
local i = 0
::again::
do local g <close> = new("goto" .. i); i = i + 1; if i < 3 then goto again end end
local function tail() local t <close> = new("t"); return f() end
print(tail())
while true do local w <close> = new("w"); if true then break end end
do
  local k <const> = 10
  local function use() return k + 1 end
  print(use())
end
local z <close> = new("z")
local function late() local c <close> = z; z.name = "renamed" end
late()
print(pcall(function() local x <close> = setmetatable({}, { __close = 5 }) end))
