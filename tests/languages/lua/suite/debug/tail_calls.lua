-- Tail calls in getinfo, tracebacks and hooks.
local function who() local i = debug.getinfo(2, "nt") return tostring(i.name) .. " " .. tostring(i.istailcall) end
local function direct() local r = who() return r end
local function tail(...) return direct(...) end
local function vararg(...) return tail(...) end
print(direct()) print(tail()) print(vararg(1, 2, 3))
local function trace() local s = debug.traceback("t") return s end
local function a() return trace() end
local function b() local x = a() return x end
print(b())
print(vararg())
local out = {}
debug.sethook(function(e) out[#out + 1] = e .. tostring(debug.getinfo(2, "t").istailcall) end, "cr")
vararg(1)
debug.sethook()
print(table.concat(out, " "))
print(pcall(function() return vararg() end))
local co = coroutine.wrap(function(...) return vararg(...) end)
print(co(1))
local function err() error("here") end
local function terr() return err() end
print(select(2, xpcall(function() terr() end, debug.traceback)))
local mt = setmetatable({}, {__call = function(self, x) local r = who() return r end})
local function call() return mt(1) end
print(call())
local function loop(n) if n == 0 then return (debug.traceback("deep")) end return loop(n - 1) end
print(loop(100000))
local function native() return string.rep("x", 3) end
print(native(), debug.getinfo(1, "t").istailcall, debug.getinfo(print, "t").istailcall)
local function later(n) for i = 1, 2 do direct() end local s = direct() return s end
print(later())
