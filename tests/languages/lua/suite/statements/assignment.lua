-- Assignment: several targets, order of evaluation as far as it is defined, adjustment.
local a, b, c = 1, 2
print(a, b, c)
a, b = b, a
print(a, b)
local t = {}
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
local x, y, z = (function() return 1, 2, 3 end)()
print(x, y, z)
x, y, z = (function() return 1, 2, 3 end)(), 10
print(x, y, z)
x, y, z = 0, (function() return 1, 2, 3 end)()
print(x, y, z)
x, y = ((function() return 1, 2 end)())
print(x, y)
local function none() end
x, y = none()
print(x, y)
t.x, t.y, t.z = 1, 2
print(t.x, t.y, t.z)
local p, q, r = t, t, t
p.v, q.v, r.v = 1, 2, 3
print(t.v ~= nil)
do local u = 1; do local u = u + 1; print(u) end print(u) end
t.a = { b = { c = {} } }
t.a.b.c.d, t.a.b.e = "deep", "er"
print(t.a.b.c.d, t.a.b.e)
local s = { 1, 2, 3 }
s[1], s[2], s[3] = s[3], s[1], s[2]
print(s[1], s[2], s[3])
local n = 5
local m = n; n = 6
print(m, n)
a, a = 1, 2
print(a == 1 or a == 2)
local f1 <const>, f2 = 10, 20
f2 = f1 + f2
print(f1, f2)
