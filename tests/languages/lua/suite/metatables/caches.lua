-- What inline caches know of inherited fields stays true, whatever happens to the tables on the way.

local Base = {}
Base.__index = Base
function Base:name() return "base" end
local Middle = setmetatable({}, Base)
Middle.__index = Middle
local Leaf = setmetatable({}, Middle)
Leaf.__index = Leaf

local object = setmetatable({ own = 1 }, Leaf)
local other = setmetatable({ own = 1 }, Middle)
local function name(x) return x:name() end
local function field(x) return x.extra end
local function both()
  local a, b
  for _ = 1, 60 do
    a, b = name(object), name(other)
  end
  return a, b
end

print(both())
function Middle:name() return "middle" end
print(both())
function Leaf:name() return "leaf" end
print(both())
Leaf.name = nil
print(both())
Middle.name = nil
print(both())
function Base:name() return "base again" end
print(both())

-- A class is given another parent, or another table to look in.
local Stranger = { name = function() return "stranger" end }
Leaf.__index = Stranger
print(both())
Leaf.__index = Leaf
setmetatable(Leaf, { __index = Stranger })
print(both())
setmetatable(Leaf, nil)
print(pcall(name, object))
setmetatable(Leaf, Middle)
print(both())
rawset(Middle, "name", function() return "raw" end)
print(both())

-- Own fields hide what is inherited, and come and go.
object.name = function() return "own" end
print(both())
object.name = nil
print(both())
print(field(object), field(other))
Base.extra = 5
print(field(object), field(other))
object.extra = 6
print(field(object), field(other))
object.extra, Base.extra = nil, nil
print(field(object), field(other))

-- Many kinds of values at one place.
local kinds = {}
for i = 1, 12 do
  local class = { tag = function() return i end }
  class.__index = class
  kinds[i] = setmetatable({ ["field" .. i] = i }, class)
end
local function tag(x) return x:tag() end
local sum = 0
for round = 1, 20 do
  for i = 1, 12 do
    sum = sum + tag(kinds[i])
  end
end
print(sum)
getmetatable(kinds[3]).tag = function() return 100 end
print(tag(kinds[3]), tag(kinds[4]))

-- Counters in classes, functions as __index, strings.
Base.count = 0
for _ = 1, 100 do
  Base.count = Base.count + 1
end
print(other.count)
Base.__index = function(_, key) return "asked for " .. key end
print(other.unknown, pcall(name, other))
string.twice = function(s) return s .. s end
local function twice(s) return s:twice() end
print(twice("ab"), twice("cd"))
string.twice = function(s) return s end
print(twice("ab"))
string.twice = nil
print(pcall(twice, "ab"))

-- A class that nobody has any more makes room for another.
local function make(value)
  local class = { get = function() return value end }
  class.__index = class
  return setmetatable({}, class)
end
local function get(x) return x:get() end
for i = 1, 300 do
  assert(get(make(i)) == i)
  if i % 50 == 0 then
    collectgarbage()
  end
end
print("done")
