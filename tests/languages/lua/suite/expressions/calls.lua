-- Calls: adjustment of arguments and results, forms of calls, evaluation order of arguments.
local function f(a, b, c) return c, b, a end
print(f(), f(1), f(1, 2, 3, 4))
print(f(1, 2), (f(1, 2)))
print((f(f(1, 2, 3))), f(f(1, 2, 3)))
local s = { name = "s" }
function s:get(...) return self.name, ... end
print(s:get(), s:get(1, nil), s.get({ name = "other" }, 2))
print(("x"):rep(3), ("%d %s"):format(1, "a"))
local function id(...) return ... end
print(id "string", id [[long]], id { 1 }[1], type(id {}))
print(id(id(id(1, 2, 3))), (id(1, 2)), id((id(1, 2))), id(id(1, 2), 3))
local log = {}
local function v(x) log[#log + 1] = x; return x end
f(v(1), v(2), v(3))
v(v)(4)
print(log[1], log[2], log[3], #log)
local function curry(a) return function(b) return function(c) return a + b + c end end end
print(curry(1)(2)(3))
local t = { { f = function(x) return x * 2 end } }
print(t[1].f(21), t[1]["f"](4))
print(select("#", id()), select("#", id(nil)), select("#", (id())), select(-1, 1, 2, 3))
print(#{ id(1, 2, 3), id(1, 2, 3) }, math.max(id(3, 9, 2)), math.max(id(3, 9, 2), 4))
print(string.format("%s %s", id("a", "b")), (string.gsub("x", "x", "y")))
local function none() end
print(none(), type(none) == "function", pcall(type, none()))
print(f
(1, 2, 3))
local many = {}
for i = 1, 250 do many[i] = i end
print(select("#", table.unpack(many)), (select(250, table.unpack(many))), math.max(table.unpack(many)))
print((function(...) local a, b = ...; return a, b end)(table.unpack(many)))
