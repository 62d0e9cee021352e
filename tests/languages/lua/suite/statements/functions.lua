-- Function definitions: all the forms.
function global(a) return "global " .. a end
local function loc(a) return "local " .. a end
local t = { inner = {} }
function t.field(a) return "field " .. a end
function t.inner.deep(a) return "deep " .. a end
function t:method(a) return self == t, a end
function t.inner:deepm(a) return self == t.inner, a end
local anonymous = function(a) return "anonymous " .. a end
print(global(1), loc(2), t.field(3), t.inner.deep(4), anonymous(5))
print(t:method(6), t.inner:deepm(7))
print(t.method(t, 8), t.inner.deepm({}, 9))
local function noargs() return end
print(noargs(), (noargs()), select("#", noargs()), select("#", (noargs())))
local function few(a, b) return a, b end
print(few(), few(1), few(1, 2, 3))
print((function(...) return select("#", ...), ... end)(1, nil))
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(20), fact(21))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(1000), odd(7))
print((function(a, a) return a end)(1, 2))
return print("a chunk may return")
