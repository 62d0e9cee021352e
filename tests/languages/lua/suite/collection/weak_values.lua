-- Weak values: entries go when nothing else refers to the value.
local t = setmetatable({}, { __mode = "v" })
local keep = {}
t[1], t[2], t.x, t.y = keep, {}, {}, keep
t[3], t[4], t.s, t.b = 42, "a string", "text", true
t[5] = function() return keep end
collectgarbage()
collectgarbage()
print(t[1] == keep, t[2], t.x, t.y == keep, t[3], t[4], t.s, t.b, t[5])
keep = nil
collectgarbage()
collectgarbage()
print(t[1], t.y, t[3])
local cache = setmetatable({}, { __mode = "v" })
local function get(k) local v = cache[k]; if not v then v = { k }; cache[k] = v end return v end
local a = get("a")
print(get("a") == a, get("b") ~= a)
collectgarbage()
collectgarbage()
local n = 0
for k in pairs(cache) do n = n + 1; io.write(k, " ") end
print(n)
-- The mode may be given later, and taken away.
local m = {}
local late = setmetatable({ {}, {} }, m)
m.__mode = "v"
setmetatable(late, m)
collectgarbage()
collectgarbage()
print(late[1], late[2])
local strong = setmetatable({ {} }, { __mode = "" })
collectgarbage()
print(type(strong[1]))
