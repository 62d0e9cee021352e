-- debug.sethook: local variables and errors in hooks, steps as a limit, coroutines, code that is loaded later.
local function f(a, b) local c = a + b; return c end
local seen = {}
debug.sethook(function(e, line)
  if debug.getinfo(2, "f").func == f then
    for i = 1, 2 do
      local n, v = debug.getlocal(2, i)
      seen[#seen+1] = n .. "=" .. v
    end
  end
end, "l")
f(1, 2)
debug.sethook()
print(table.concat(seen, " "))
print(pcall(function()
  debug.sethook(function() debug.sethook() error("stop") end, "l")
  local a = 1
end))
local function timeout(n, fn, ...)
  debug.sethook(function() error("timeout!", 2) end, "", n)
  local r = {pcall(fn, ...)}
  debug.sethook()
  return table.unpack(r)
end
print((select(2, timeout(100000, function() while true do end end)):gsub(":%d+", ":N")))
print(timeout(100000000, function() return "fine" end))
-- hooks of coroutines
local co = coroutine.create(function() local x = 1
  local y = 2
  coroutine.yield()
  local z = 3
end)
local lines = {}
debug.sethook(co, function(e, l) lines[#lines+1] = l end, "l")
coroutine.resume(co)
print(table.concat(lines, " "), debug.gethook(co) ~= nil)
debug.sethook(co)
coroutine.resume(co)
print(table.concat(lines, " "))
-- set inside a function that runs on
local out = {}
local function inner()
  debug.sethook(function(e, l) out[#out+1] = l end, "l")
  local a = 1
end
inner()
local b = 1
debug.sethook()
print(table.concat(out, " "))
-- coverage of functions loaded while hooks are on
out = {}
debug.sethook(function(e, l) local i = debug.getinfo(2, "S") if i.source == "=chunk" then out[#out+1] = l end end, "l")
load("local a = 1\nlocal b = 2\nreturn a + b", "=chunk")()
debug.sethook()
print(table.concat(out, " "))
local n = 0
debug.sethook(function(e) n = n + 1 end, "c")
for i = 1, 10 do f(i, i) end
debug.sethook()
print(n)
print(debug.traceback("in hook"))
debug.sethook(function() print(debug.traceback("tb")) debug.sethook() end, "l")
f(2, 3)
local counts = {}
local counting = coroutine.create(function() for i = 1, 1000 do end end)
debug.sethook(counting, function(e) counts[e] = (counts[e] or 0) + 1 end, "", 10)
coroutine.resume(counting)
print(counts.count > 50, next(counts), debug.gethook())
