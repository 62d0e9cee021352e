-- debug.traceback: messages, levels, its lines.
print(debug.traceback("message"):match("^message\nstack traceback:\n") ~= nil)
print(debug.traceback(nil) == nil, debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(5):match("^5\n") ~= nil)
local function inner() return (debug.traceback("trace", 1)) end
local function outer() local t = inner(); return t end
local t = outer()
print((t:gsub("%[C%]: in %?", "[C]: in ?")))
local function lvl() return (debug.traceback("level 2", 2)) end
local x = lvl()
print(x)
local co = coroutine.create(function() local y = coroutine.yield() end)
coroutine.resume(co)
print(debug.traceback(co))
print(debug.traceback(co, "of coroutine"))
print(debug.traceback(co, nil, 1))
print(select(2, xpcall(function() error("e", 0) end, function(m) return (debug.traceback(m, 1):match("^e\nstack traceback:")) end)))
function deep(n) if n == 0 then return (debug.traceback("deep")) end return (deep(n - 1)) end
local d = deep(50)
print(select(2, d:gsub("\n", "")), d:match("\n\t%.%.%.[^\n]*"))
