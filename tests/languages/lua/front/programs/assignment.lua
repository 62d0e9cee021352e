local a, b, c = 1, 2
-- multiple assignment
local i, tt = 1, {}
i, tt[i] = i + 1, 20 print(i, tt[1], tt[2])
a, b = b, a print(a, b)
a, b, c = 1 print(a, b, c) a, b = 1, 2, 3 print(a, b)
local q = {} q.a, q.b, q[1] = (function() return 1, 2, 3, 4 end)() print(q.a, q.b, q[1])
do local a = {} ; local function g() return a end; g().x, a = 1, 2 print(type(a)) end
do local t = {1, 2}; local u = t; t, t[1] = nil, 5; print(t, u[1]) end
do local t = {1, 2}; local i = 1; i, t[i], t[i+1] = 2, "a", "b"; print(i, t[1], t[2]) end
