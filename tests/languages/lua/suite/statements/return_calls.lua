-- Calls in the place of the caller: of functions, of native ones, of values with __call; with open arguments and with `...`.

local function f(...) return select('#',...) end
print(f(1,2,nil)) 
local function g(x) return tostring(x) end print(g(12),g("a"))
local function h(...) return string.format(...) end print(h("%d-%s",5,"x"))
local function k() return error("boom") end print(pcall(k))
local function k2() return error("boom",2) end print(pcall(k2))
local function k3() return string.rep() end print(pcall(k3))
local function k4() return ("x"):rep({}) end print(pcall(k4))
local c=setmetatable({},{__call=function(self,...) return "called",... end})
local function k5(...) return c(...) end print(k5(1,2)) local function k6(a) return c(a) end print(k6(9))
local c2=setmetatable({},{__call=string.format}) local function k7() return c2() end print(pcall(k7))
local function loop(n) if n==0 then return "done" end return loop(n-1) end print(loop(3000))
local function vloop(n,...) if n==0 then return ... end return vloop(n-1,...) end print(vloop(300,1,2,3))
local function k8() local x<close> = setmetatable({},{__close=function() print("closed") end}) return f(1) end print(k8())
local function k9() local x={} local function q() return x end return setmetatable(x,{}) end print(type(k9()))
local function k10() local q return q() end print(pcall(k10))
local co=coroutine.wrap(function() return coroutine.yield(5) end) print(co(),co(6))
local function tb() return debug.traceback("x") end print((tb():gsub("\n.*","")))
print(pcall(function() return pcall(error,"e") end)) print(pcall(function(...) return next({},...) end))
for i=1,300 do local function z() return math.max(i,2,3) end assert(z()==math.max(i,3)) end
print((function(...) return ... end)(1,2,3)) print((function(a,...) return tostring(a) end)(1,2,3)) print(xpcall(function() return error() end, function(m) return "h",m end))
