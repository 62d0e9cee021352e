-- To-be-closed variables in nested functions, with results, with coroutines.
local log = {}
local function new(name) return setmetatable({}, { __close = function(_, e) log[#log + 1] = name .. (e and ("(" .. tostring(e) .. ")") or "") end }) end
local function flush() print(table.concat(log, " ")); log = {} end
local function many(...) local a <close> = new("a"); return ... end
print(many(1, nil, 3, nil)); flush()
print((many(4, 5))); flush()
local function nested() local a <close> = new("outer"); do local b <close> = new("inner"); return (function() local c <close> = new("deep"); return "v" end)() end end
print(nested()); flush()
local function loop() for i = 1, 3 do local c <close> = new("c" .. i); if i == 2 then return i end end end
print(loop()); flush()
print(pcall(function() local a <close> = new("a"); local b <close> = new("b"); local c = nil; c() end)); flush()
local function rec(n) local x <close> = new(n); if n > 0 then return rec(n - 1) end return "end" end
print(rec(3)); flush()
local x
do
  local up = 1
  local c <close> = setmetatable({}, { __close = function() log[#log + 1] = "up=" .. up end })
  x = function() up = up + 1; return up end
  x()
end
flush()
print(x())
local co = coroutine.wrap(function() local c <close> = new("co"); coroutine.yield(1); return 2 end)
print(co()); flush()
print(co()); flush()
print(pcall(function() local y <close> = new("y"); local function f() error("e", 0) end f() end)); flush()
print(select("#", (function() local a <close> = new("n"); end)())); flush()
local swapped = {}
local fine, e = pcall(function()
  local a <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "a" .. e; end })
  local b <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "b" .. e; error("B", 0) end })
  error("X", 0)
end)
print(fine, e); flush()
do local a <close>, b = new("first of two"), 2; log[#log + 1] = tostring(b) end
flush()
