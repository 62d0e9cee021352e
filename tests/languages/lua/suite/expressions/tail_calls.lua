-- Tail calls use no stack, and keep arguments and results right.
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + 1) end
print(loop(200000, 0))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100001))
local t = { n = 0 }
function t:step(k) self.n = self.n + 1; if k == 0 then return self.n end return self:step(k - 1) end
print(t:step(100000))
local function multi(n, ...) if n == 0 then return ... end return multi(n - 1, ...) end
print(multi(50000, 1, nil, 3))
local function grow(n, ...) if n == 0 then return select("#", ...) end return grow(n - 1, n, ...) end
print(grow(100))
local c = setmetatable({}, { __call = function(self, n) if n == 0 then return "called" end return self(n - 1) end })
print(c(10000))
print((function() return pcall(function() return error("e", 0) end) end)())
local function shrink(a, b, ...) if b == nil then return a end return shrink(b, ...) end
print(shrink(1, 2, 3, 4, 5))
local function nontail(n) if n == 0 then return 0 end return (nontail(n - 1)) + 1 end
print(nontail(1000))
local co = coroutine.wrap(function() local function f(n) if n == 0 then return coroutine.yield("y") end return f(n - 1) end return f(50000) end)
print(co(), co("resumed"))
print((function(...) return select("#", ...) end)((function() return 1, 2, 3 end)()))
local function closure(n) local x = n; local g = function() return x end if n == 0 then return g() end return closure(n - 1) end
print(closure(10000))
