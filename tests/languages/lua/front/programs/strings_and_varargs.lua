local a = 1
-- concat
print(1 .. 2, "a" .. 1.5 .. "b" .. a, ("x" .. "y") .. "z")
-- varargs
local function v(...) local p, q = ... local t = {"e", ...} local u = {n = select("#", ...), ...} return p, q, #t, u.n, (...), ... end
print(v()) print(v(1)) print(v(1, 2, 3)) print((v(1, 2)))
