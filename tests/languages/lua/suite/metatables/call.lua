-- __call: arguments, results, tail calls, chains.
local c = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end })
print(c(), c(1), c(1, nil), c(nil, nil, nil))
print((c(1, 2)))
print(c "x", (c { 1 }))
local function tail(...) return c(...) end
print(tail(7, 8))
local o = { m = c }
print(o.m(1), select("#", o:m(1)))
local double = setmetatable({}, { __call = c })
print(select("#", double(1)), (double(1)))
print(pcall(c, 5, 6))
print(pcall(function() return setmetatable({}, { __call = 5 })() end))
print(pcall(setmetatable({}, { __call = {} })))
local counter = setmetatable({ n = 0 }, { __call = function(self) self.n = self.n + 1; return self.n <= 3 and self.n or nil end })
for i in counter do io.write(i, " ") end
print()
print(table.concat({ string.gsub("abc", "%w", "<%0>") }, " "))
local made = setmetatable({}, { __call = function(cls, v) return setmetatable({ v = v }, cls) end })
made.__index = made
function made:get() return self.v end
print(made(9):get())
table.sort({ 3, 1, 2 }, setmetatable({}, { __call = function(_, a, b) return a < b end }) and function(a, b) return a > b end)
local co = coroutine.wrap(function() return c("in", "coroutine") end)
print(co())
