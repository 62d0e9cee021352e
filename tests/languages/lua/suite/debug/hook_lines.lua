-- debug.sethook: which lines are told, in which order.
local out = {}
local function hook(e, l) out[#out+1] = l or e end
local function show(name) print(name, table.concat(out, " ")); out = {} end
debug.sethook(hook, "l")
for i = 1, 3 do
  local x = i
end
debug.sethook(); show("for")
debug.sethook(hook, "l")
local i = 0
while i < 3 do
  i = i + 1
  if i == 2 then
    i = i
  else
    i = i + 0
  end
end
debug.sethook(); show("while")
local function f(a)
  local b = a
  return b + 1
end
debug.sethook(hook, "l")
local z = f(1) + f(2)
debug.sethook(); show("calls")
debug.sethook(hook, "l")
repeat
  z = z - 1
until z < 0
debug.sethook(); show("repeat")
debug.sethook(hook, "l")
for k, v in pairs({1, 2}) do
  z = v
end
for k, v in ipairs({1, 2}) do z = v end
debug.sethook(); show("pairs")
local function va(...)
  local a, b = ...
  return select('#', ...)
end
debug.sethook(hook, "l")
va(1, 2, 3)
va()
debug.sethook(); show("vararg")
local t = setmetatable({}, {__index = function(t, k)
  return k
end})
debug.sethook(hook, "l")
local y = t.x
local y = t.x .. t.y
debug.sethook(); show("meta")
debug.sethook(hook, "l")
pcall(function()
  local q = 1
  error("x")
end)
debug.sethook(); show("pcall")
local co = coroutine.wrap(function()
  coroutine.yield(1)
  coroutine.yield(2)
end)
debug.sethook(hook, "l")
co()
co()
debug.sethook(); show("co")
debug.sethook(hook, "l")
table.sort({3, 1, 2}, function(a, b)
  return a < b
end)
debug.sethook(); show("sort")
debug.sethook(hook, "l")
for i = 1, 3 do end
local a = 1; local b = 2
debug.sethook(); show("misc")
debug.sethook(hook, "l")
local tt = {
  1,
  2,
  f(3),
}
f(
  1
)
debug.sethook(); show("multi")
