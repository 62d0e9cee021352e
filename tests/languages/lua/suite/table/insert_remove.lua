-- table.insert, table.remove.
local t = {}
table.insert(t, "a"); table.insert(t, "c"); table.insert(t, 2, "b"); table.insert(t, 1, "z"); table.insert(t, 5, "end")
print(table.concat(t, " "), select("#", table.insert(t, 1)), #t)
print(table.remove(t), table.remove(t), table.remove(t, 1), table.remove(t, 2), table.concat(t, " "))
print(table.remove({}), table.remove({}, 0), select("#", table.remove({})), #t)
print(table.remove(t, #t + 1), table.remove(t), table.remove(t), table.remove(t))
print(pcall(table.insert, { 1, 2 }, 4, "x"))
print(pcall(table.insert, { 1, 2 }, 0, "x"))
print(pcall(table.insert, { 1, 2 }, -1, "x"))
print(pcall(table.insert, { 1 }))
print(pcall(table.insert, { 1 }, 1, 2, 3))
print(pcall(table.insert, nil, 1))
print(pcall(table.insert, { 1 }, "x", 1))
print(pcall(table.insert, { 1 }, 1.5, 1))
print(pcall(table.remove, { 1, 2 }, 5))
print(pcall(table.remove, { 1, 2 }, -1))
print(pcall(table.remove, { 1, 2 }, 3))
local u = { n = 0, [0] = "zero" }
print(table.remove(u, 0), u[0])
local log = {}
local p = setmetatable({}, { __len = function() return 3 end, __index = function(_, i) log[#log + 1] = "get" .. i; return i end, __newindex = function(_, i, v) log[#log + 1] = "set" .. i .. "=" .. tostring(v) end })
table.insert(p, 2, "x")
print(table.concat(log, " "))
log = {}
table.remove(p, 1)
print(table.concat(log, " "))
local q = {}
for i = 1, 1000 do table.insert(q, 1, i) end
local s = 0
for i = 1, 1000 do s = s + table.remove(q, 1) * i end
print(s, #q)
