-- __pairs, and ipairs that respects __index.
local t = setmetatable({}, { __pairs = function(self)
  local i = 0
  return function(state, control)
    i = i + 1
    if i <= 3 then return i, state, control end
  end, "state", "control"
end })
for k, v, w in pairs(t) do print(k, v, w) end
print(select("#", pairs(setmetatable({}, { __pairs = function() return 1, 2, 3, 4, 5 end }))))
print(pairs(setmetatable({}, { __pairs = function() return 1 end })))
print(pairs(setmetatable({}, { __pairs = function(...) return select("#", ...) end })))
local p = setmetatable({ 1, 2 }, { __index = function(_, i) if i <= 4 then return i * 10 end end })
for i, v in ipairs(p) do io.write(i, "=", v, " ") end
print()
for i, v in ipairs(setmetatable({}, { __index = { "a", "b" } })) do io.write(i, v, " ") end
print()
for _, v in ipairs({ 1, nil, 3 }) do io.write(v, " ") end
print()
local count = 0
for _ in pairs({ 1, 2, 3, x = 1, y = 2, [1.5] = 3 }) do count = count + 1 end
print(count, next({}), type(next), rawequal(pairs({}), next))
print(pcall(pairs, setmetatable({}, { __pairs = 5 })))
