-- closures
local fs = {}
for i = 1, 3 do local j = i * 2; fs[i] = function() j = j + 1; return i, j end end
for i = 1, 3 do print(fs[i]()) print(fs[i]()) end
local k = 1
while k <= 3 do local q = k; fs[k] = function() q = q + 1 return q end; k = k + 1; if k == 3 then break end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
repeat local u = k; fs[1] = function() return u end; k = k + 1 until u > 4
print(fs[1](), k)
