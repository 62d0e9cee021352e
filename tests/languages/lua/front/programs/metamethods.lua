-- metamethods
local mt = {__index = function(t, k) return k .. "!" end, __add = function(a, b) return "add" end, __call = function(self, ...) return select("#", ...) end,
  __eq = function() return true end, __lt = function() return true end, __le = function() return false end, __concat = function(a, b) return "cat" end, __unm = function() return "neg" end, __len = function() return 42 end, __idiv = function(a, b) return type(a) .. type(b) end}
local m1, m2 = setmetatable({}, mt), setmetatable({}, mt)
print(m1.foo, m1[1], m1 + 1, 1 + m1, m1(1, 2), m1 == m2, m1 < m2, m1 <= 1, 1 < m1, m1 > 5, m1 .. "x", 1 .. m1, -m1, #m1, m1 // 2, 2 // m1)
