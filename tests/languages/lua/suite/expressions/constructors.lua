-- Table constructors.
local function f() return 1, 2, 3 end
local t = { 10, 20, x = 1, 30, ["y z"] = 2, [100] = 3; 40, }
print(#t, t[1], t[4], t.x, t["y z"], t[100])
print(#{ f() }, #{ f(), f() }, #{ f(), nil }, #{ (f()) }, #{ x = f() }, ({ f(), x = f() })[1])
print(({ [1] = "a", "b" })[1], ({ "b", [1] = "a" })[1])
local n = { { 1, 2 }, { a = { b = { c = 5 } } }, {} }
print(n[1][2], n[2].a.b.c, #n[3])
print(select("#", table.unpack({ nil, nil, 3 }, 1, 3)))
local i = 0
local function count() i = i + 1; return i end
local o = { count(), count(), [count()] = count(), count() }
print(o[1], o[2], o[3])
local big = {}
for k = 1, 300 do big[k] = tostring(k) end
local made = load("return {" .. table.concat(big, ",") .. "}")()
print(#made, made[1], made[50], made[51], made[255], made[256], made[300])
local fields = {}
for k = 1, 200 do fields[k] = "k" .. k .. "=" .. k end
made = load("return {" .. table.concat(fields, ";") .. "}")()
print(made.k1, made.k100, made.k200)
local function v(...) return { ... }, { n = select("#", ...), ... }, { ..., "last" }, { (...) } end
local a, b, c, d = v(1, nil, 3)
print(a[1], a[3], b.n, b[3], c[1], c[2], d[1], d[2])
print(#v(), next((v())))
print(pcall(function() return { [nil] = 1 } end))
print(pcall(function() return { [0 / 0] = 1 } end))
print(({ [1.0] = "x" })[1], ({ [2^53] = "y" })[2^53 | 0], ({ nil, "second" })[2])
local s = { f = function() return "in table" end, g = print }
print(s.f(), s.g == print)
