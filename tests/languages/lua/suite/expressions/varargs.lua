-- Varargs.
local function n(...) return select("#", ...) end
print(n(), n(nil), n(nil, nil), n(1, nil), n(n(1, 2, 3)))
local function f(a, ...) local b, c = ...; return a, b, c, ... end
print(f()); print(f(1)); print(f(1, 2)); print(f(1, 2, 3, 4))
local function g(...) return (...) end
print(g(), g(1, 2))
local function t(...) return { ... }, table.pack(...) end
local a, b = t(1, nil, 3)
print(a[1], a[3], b.n, b[3])
local function h(...) local x <const>, y = ..., "y"; return x, y end
print(h(1, 2))
local function sum(...) local s = 0; for _, v in ipairs({ ... }) do s = s + v end return s end
print(sum(), sum(1), sum(1, 2, 3), sum(table.unpack({ 4, 5, 6 })))
local function last(...) return (select(select("#", ...), ...)) end
print(last(1, 2, 3), select(2, "a", "b", "c"), select(-2, "a", "b", "c"))
local function pass(...) return n(...), ... end
print(pass(nil, nil))
print((function(...) return ... end)(), "after")
local function inner(...) local v = { ... }; return function() return table.unpack(v) end end
print(inner(1, 2)())
print(pcall(select, 0, 1))
print(pcall(select, -5, 1))
print(select("#", select(2, 1)), select(5, 1))
local big = {}
for i = 1, 1000 do big[i] = i end
print(n(table.unpack(big)), sum(table.unpack(big)), (f(table.unpack(big))))
local function deep(k, ...) if k == 0 then return ... end return deep(k - 1, k, ...) end
print(deep(5, "x"))
local function nontail(k, ...) if k == 0 then return ... end local r = { nontail(k - 1, k, ...) }; return table.unpack(r) end
print(nontail(5, "x"))
print(... == nil, select("#", ...))
local co = coroutine.wrap(function(...) local c = select("#", ...); while true do c = select("#", coroutine.yield(c)) end end)
print(co(), co(1), co(1, nil), co())
print((load("return ..., select('#', ...)"))(1, 2))
