-- __concat: in chains, from the right, with numbers and strings.
local mt = { __concat = function(a, b)
  local x = type(a) == "table" and a.n or "'" .. a .. "'"
  local y = type(b) == "table" and b.n or "'" .. b .. "'"
  return "[" .. x .. y .. "]"
end }
local function new(n) return setmetatable({ n = n }, mt) end
local a, b = new("a"), new("b")
print(a .. b, a .. "x", "x" .. a, a .. 1, 1.5 .. a)
print("x" .. "y" .. a, a .. "x" .. "y", "x" .. a .. "y" .. b .. "z")
print(1 .. 2 .. a)
local many = setmetatable({}, { __concat = function() return 1, 2 end })
print(many .. "x", "x" .. many)
local kept = {}
local keep = setmetatable({}, kept)
kept.__concat = function(x, y) return setmetatable({ type(x), type(y) }, kept) end
local r = "p" .. "q" .. keep .. "r"
print(type(r), r[1], r[2])
print(pcall(function() return {} .. a end))
print(pcall(function() return nil .. a end))
print(pcall(function() return a .. true end))
print(pcall(function() return {} .. {} end))
local kind = setmetatable({}, {__concat = function(a, b) return math.type(a) or math.type(b) or "neither" end})
print(kind .. 1, 1 .. kind, kind .. 1.5, kind .. "x", 1 .. 2 .. kind, kind .. 1 .. 2)
