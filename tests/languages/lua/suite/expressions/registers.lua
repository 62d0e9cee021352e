-- Many locals, deep expressions, long chains: nothing gets mixed up.
local a1, a2, a3, a4, a5, a6, a7, a8, a9, a10 = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
print(a1 + (a2 + (a3 + (a4 + (a5 + (a6 + (a7 + (a8 + (a9 + a10)))))))), ((((a1 * a2) + a3) * a4) - a5) // a6)
local lines = { "local t = {}" }
for i = 1, 150 do lines[#lines + 1] = ("local v%d = %d"):format(i, i) end
lines[#lines + 1] = "local function f(...) return select('#', ...), ... end"
lines[#lines + 1] = "v1, v150 = v150, v1"
lines[#lines + 1] = "local s = 0 for i = v150, v1 do s = s + i end"
lines[#lines + 1] = "return v1, v75, v150, s, f(v1 .. v2, v3 + v4, {v5}, v6 == v7, f(v8))"
local r = table.pack(load(table.concat(lines, "\n"))())
print(r[1], r[2], r[3], r[4], r[5], r[6], r[7], type(r[8]), r[9], r[10], r[11])
local sum = {}
for i = 1, 200 do sum[i] = tostring(i) end
print(load("return " .. table.concat(sum, " + "))(), load("return " .. table.concat(sum, " .. ", 1, 150))():sub(1, 20))
print(load("return " .. ("("):rep(80) .. "1" .. (")"):rep(80))(), load("return " .. ("- "):rep(51) .. "1")())
print(load("return " .. ("{"):rep(100) .. ("}"):rep(100))() ~= nil)
local args = {}
for i = 1, 200 do args[i] = "x" .. i end
local f = load("return function(" .. table.concat(args, ",", 1, 180) .. ") return x1 + x180, x90 end")()
local values = {}
for i = 1, 180 do values[i] = i end
print(f(table.unpack(values)))
local t = { a = { b = { c = { d = { e = function(self, x) return x end } } } } }
print(t.a.b.c.d:e(t.a.b.c.d:e(t.a.b.c.d:e(5))))
local i = 1
local u = { 10, 20, 30 }
u[i], u[i + 1], i = u[i + 1], u[i], i + 1
print(u[1], u[2], i)
local function many() return 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 end
local x = { many(), many(), (many()), many() }
print(#x, x[3], x[13])
local ups = { "local r = 0" }
for k = 1, 60 do ups[#ups + 1] = ("local u%d = %d"):format(k, k) end
ups[#ups + 1] = "local function g() return u1" .. (function() local p = {} for k = 2, 60 do p[#p + 1] = " + u" .. k end return table.concat(p) end)() .. " end u60 = 1000 return g()"
print(load(table.concat(ups, "\n"))())
local strs = {}
for k = 1, 400 do strs[k] = ("t.k%d = 'v%d'"):format(k, k) end
print(load("local t = {} " .. table.concat(strs, " ") .. " return t.k1, t.k255, t.k256, t.k400")())
