-- Tables and functions are references, the rest are values.
local a = {}
local b = a
b.x = 1
print(a.x, a == b, a == {}, {} == {})
local function f() end
local g = f
print(f == g, (function() end) == (function() end))
local function change(t, n) t.n = n; n = n + 1; return n end
local n = 5
print(change(a, n), a.n, n)
local s = "abc"
local r = s
r = r .. "d"
print(s, r)
