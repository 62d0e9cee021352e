-- Weak keys and ephemerons: a value that refers to its own key does not keep it.
local t = setmetatable({}, { __mode = "k" })
local k1, k2 = {}, {}
t[k1], t[k2], t[{}], t[1], t.s = 1, k2, 3, {}, {}
local function count() local n = 0; for _ in pairs(t) do n = n + 1 end return n end
print(count())
collectgarbage()
collectgarbage()
print(count(), t[k1], t[k2] == k2, type(t[1]), type(t.s))
k2 = nil
collectgarbage()
collectgarbage()
print(count(), t[k1])
-- A chain of ephemerons, alive from its beginning
local e = setmetatable({}, { __mode = "k" })
local first = {}
local k = first
for i = 1, 50 do local next = { i }; e[k] = next; k = next end
k = nil
collectgarbage()
collectgarbage()
local n, at = 0, first
while e[at] do at = e[at]; n = n + 1 end
print(n)
first, at = nil, nil
collectgarbage()
collectgarbage()
print(next(e))
-- Both weak
local b = setmetatable({}, { __mode = "kv" })
local x = {}
b[x], b[{}], b[1] = {}, x, x
collectgarbage()
collectgarbage()
n = 0
for _ in pairs(b) do n = n + 1 end
print(n, b[1] == x)
