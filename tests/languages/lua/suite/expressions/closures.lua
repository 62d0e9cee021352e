-- Closures and upvalues: shared, fresh for each round, kept after the block, nested.
local function counter() local n = 0; return function() n = n + 1; return n end, function() return n end, function(v) n = v end end
local inc, get, set = counter()
inc(); inc()
print(get(), inc(), get())
set(100)
print(inc(), get())
local inc2, get2 = counter()
print(inc2(), get2(), get())
local fs = {}
for i = 1, 3 do local j = i * 10; fs[#fs + 1] = function(d) i = i + (d or 0); j = j + 1; return i, j end end
print(fs[1](1)); print(fs[1](1)); print(fs[2]()); print(fs[3](5))
local k = 1
local ws = {}
while k <= 3 do local c = k; ws[k] = function() c = c + 1; return c + k end k = k + 1 end
print(ws[1](), ws[2](), ws[3](), ws[1]())
local function outer(a) return function(b) return function(c) a = a + 1; b = b + 1; return a + b + c end end end
local m = outer(1)(10)
print(m(100), m(100))
local x = 1
local function readx() return x end
local function writex(v) x = v end
writex(5)
print(x, readx())
x = 6
print(readx())
local function recursive(n) local function inner() return n end if n == 0 then return {} end local l = recursive(n - 1); l[#l + 1] = inner; return l end
local l = recursive(3)
print(l[1](), l[2](), l[3]())
local function args(a, ...) local f = function(v) a = v or a; return a end return f, ... end
local g, extra = args(1, 2)
print(g(), g(9), g(), extra)
do
  local a, b = 1, 2
  local function swap() a, b = b, a end
  swap()
  print(a, b)
end
local r = {}
repeat local z = #r + 1; r[z] = function() z = z + 1; return z end until z == 2
print(r[1](), r[1](), r[2]())
print((function() local t = {} for i = 1, 2 do t[i] = function() return t, i end end return select(2, t[2]()) end)())
local function chain(n) local f = function() return 0 end for i = 1, n do local g = f; f = function() return g() + 1 end end return f end
print(chain(50)())
