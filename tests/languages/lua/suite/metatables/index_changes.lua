-- A function __index at the same places again and again, while all changes that they depend on.
local function get(o) return o.name end
local function at(o, k) return o[k] end
local function one(o) return o[1] end
local function times(f, ...)
  local last
  for _ = 1, 5 do last = f(...) end
  return last
end

-- The function becomes another one, a table, nothing, and a function again.
local mt = { __index = function(_, k) return "first " .. k end }
local o = setmetatable({}, mt)
print(times(get, o), times(at, o, 7), times(at, o, "name"), times(one, o))
mt.__index = function(t, k) return rawequal(t, o), "second " .. k end
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = { name = "of a table", [7] = "seven", "one" }
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = nil
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = function(_, k) return k end
print(times(get, o), times(at, o, 7), times(one, o))

-- The object gets the field itself, and loses it.
o.name, o[7] = "own", "own 7"
print(times(get, o), times(at, o, 7))
o.name, o[7] = nil, nil
print(times(get, o), times(at, o, 7))
rawset(o, "name", false)
print(times(get, o))
rawset(o, "name", nil)
print(times(get, o))

-- Another metatable, of the same shape or another one; none; one whose slots move.
local twin = { __index = function() return "twin" end }
setmetatable(o, twin)
print(times(get, o), times(one, o))
setmetatable(o, { first = 1, __index = function() return "other shape" end })
print(times(get, o), times(one, o))
setmetatable(o, nil)
print(times(get, o), times(one, o))
setmetatable(o, mt)
for i = 1, 300 do
  mt["field" .. i] = i
  if get(o) ~= "name" then print("lost at", i) end
end
print(times(get, o))
