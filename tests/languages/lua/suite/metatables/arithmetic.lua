-- The metamethods of arithmetic: which operand's is taken, in which order the operands come.
local log = {}
local mt = {}
local function name(v) return type(v) == "table" and v.name or tostring(v) end
for _, event in ipairs({ "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr" }) do
  mt["__" .. event] = function(a, b) return event .. "(" .. name(a) .. "," .. name(b) .. ")" end
end
mt.__unm = function(a, b) return "unm(" .. name(a) .. "," .. tostring(rawequal(a, b)) .. ")" end
mt.__bnot = function(a, b) return "bnot(" .. name(a) .. "," .. tostring(rawequal(a, b)) .. ")" end
local a, b = setmetatable({ name = "a" }, mt), setmetatable({ name = "b" }, mt)
print(a + b, a - b, a * b, a / b, a % b, a ^ b, a // b)
print(a & b, a | b, a ~ b, a << b, a >> b)
print(-a, ~a)
print(a + 1, 1 + a, a - 2.5, 2.5 - a, a * "3", "3" * a)
print(1 // a, a // 1, 2 ^ a, a ^ 2, 7 % a, a % 7, 8 / a, a / 8)
print(1 & a, a & 1, 1 | a, a | 1, 1 ~ a, a ~ 1, 1 << a, a << 1, 1 >> a, a >> 1)
print(nil + a, a + nil, true - a, print == nil or a + print ~= nil)
local other = setmetatable({ name = "other" }, { __add = function() return "other's add" end })
print(a + other, other + a, other + 1)
print(pcall(function() return other - 1 end))
print(1.5 | a, a | "x", ({} | a):sub(1, 9))
-- Only the first result counts, and it may be anything.
local many = setmetatable({}, { __add = function() return 1, 2, 3 end, __sub = function() end })
print(many + 1, many - 1)
print((many + 1))
-- What is no function but can be called
local callable = setmetatable({}, { __call = function(self, x, y) return "called", x == y end })
local odd = setmetatable({}, { __add = callable })
print(odd + odd)
print(pcall(function() return setmetatable({}, { __add = 5 }) + 1 end))
