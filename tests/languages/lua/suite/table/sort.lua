-- table.sort.
local function show(t) print(table.concat(t, " ")) end
local t = { 5, 2, 8, 1, 9, 3 }
table.sort(t); show(t)
table.sort(t, function(a, b) return a > b end); show(t)
t = { "pear", "apple", "fig", "Zoo", "" }
table.sort(t); show(t)
t = {} table.sort(t); show(t)
t = { 1 } table.sort(t); show(t)
t = { 2, 1 } table.sort(t); show(t)
t = { 3, 1.5, 2, -1, 1e10, -0.0, 1 / 0 } table.sort(t); show(t)
t = { 1, 1, 1, 1, 1 } table.sort(t); show(t)
local big, seed = {}, 7
for i = 1, 2000 do seed = (seed * 1103515245 + 12345) % 2147483648; big[i] = seed % 1000 end
table.sort(big)
local ok = true
for i = 2, #big do ok = ok and big[i - 1] <= big[i] end
print(ok)
for i = 1, 500 do big[i] = i end
table.sort(big, function(a, b) return a > b end)
for i = 2, #big do ok = ok and big[i - 1] >= big[i] end
print(ok)
local recs = {}
for i = 1, 100 do recs[i] = { k = i * 37 % 101 } end
table.sort(recs, function(a, b) return a.k < b.k end)
for i = 2, #recs do ok = ok and recs[i - 1].k < recs[i].k end
print(ok)
print((pcall(table.sort, { 1, "x" })))
print(pcall(table.sort, { {}, {} }))
print(pcall(table.sort, { 3, 2, 1 }, 5))
print(pcall(table.sort, { 3, 1, 2 }, function() error("compare", 0) end))
print(pcall(table.sort))
print(select("#", table.sort({})))
local inv = {}
for i = 1, 100 do inv[i] = i % 7 end
print(select(2, pcall(table.sort, inv, function() return true end)))
local m = setmetatable({}, { __lt = function() end })
local objs = {}
for i = 1, 20 do objs[i] = setmetatable({ v = 20 - i }, { __lt = function(a, b) return a.v < b.v end }) end
table.sort(objs)
print(objs[1].v, objs[20].v)
