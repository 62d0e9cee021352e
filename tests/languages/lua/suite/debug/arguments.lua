-- Arguments that debug functions and collectgarbage check, and in which order.
print(pcall(debug.sethook, 1)) print(pcall(debug.sethook, {}, "l")) print(pcall(debug.sethook, print))
print(pcall(debug.sethook, nil, 1)) print(pcall(debug.sethook, coroutine.create(print), 1)) debug.sethook()
print(pcall(debug.getinfo, {}, 1)) print(pcall(debug.getinfo, 100, "?")) print(pcall(debug.getinfo, print, "?"))
print(pcall(debug.getinfo, print, ">S")) print(pcall(debug.getinfo, 1, ">S")) print(pcall(debug.getinfo, 100, ">S"))
print(pcall(debug.getinfo, coroutine.create(print), 0, "?")) print(pcall(debug.getinfo, coroutine.create(print), {}, "S"))
print(pcall(debug.getinfo, "1", {}))
print(debug.getinfo(1).activelines, debug.getinfo(1, "L").activelines ~= nil)
local function f() return (debug.traceback("x", -1)), (debug.traceback("x", 1)), (debug.traceback("x", 3)), (debug.traceback("x", 4)), (debug.traceback("x\0y", 100)) end
for _, text in ipairs {f()} do print(text) end
print(debug.traceback(coroutine.create(print), "new", 5))
print(coroutine.wrap(function() return debug.traceback("in", 2), debug.traceback("in", 7) end)())
print(pcall(collectgarbage, "step", "x")) print(pcall(collectgarbage, "generational", 1, "x"))
print(pcall(collectgarbage, "incremental", 1, 2, {})) print(pcall(collectgarbage, "setpause", {}))
print(pcall(collectgarbage, "count", {}) == true, collectgarbage("step\0x") ~= nil, type(collectgarbage("step", math.maxinteger)))
print(type(package.cpath), pcall(coroutine.wrap(function() end)))
