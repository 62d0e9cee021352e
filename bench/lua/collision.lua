-- Aircraft in the air, frame by frame: which come too near to each other between two frames? Search trees (of our own
-- kind, balanced by levels) whose keys are objects with a method `compare`, vectors as small objects, float
-- arithmetic. Expected: 157 for ten aircraft in 100 frames.

local MIN_X, MIN_Y, MAX_X, MAX_Y, MIN_Z, MAX_Z = 0, 0, 1000, 1000, 0, 10
local RADIUS = 1
local CELL = 2

-- Vectors

local Flat = {}
Flat.__index = Flat

local function flat(x, y)
  return setmetatable({ x = x, y = y }, Flat)
end

function Flat:plus(other)
  return flat(self.x + other.x, self.y + other.y)
end

function Flat:compare(other)
  if self.x ~= other.x then
    return self.x < other.x and -1 or 1
  elseif self.y ~= other.y then
    return self.y < other.y and -1 or 1
  end
  return 0
end

local Space = {}
Space.__index = Space

local function space(x, y, z)
  return setmetatable({ x = x, y = y, z = z }, Space)
end

Space.__add = function(a, b)
  return space(a.x + b.x, a.y + b.y, a.z + b.z)
end

Space.__sub = function(a, b)
  return space(a.x - b.x, a.y - b.y, a.z - b.z)
end

Space.__mul = function(a, factor)
  return space(a.x * factor, a.y * factor, a.z * factor)
end

function Space:dot(other)
  return self.x * other.x + self.y * other.y + self.z * other.z
end

-- Search trees that are balanced by levels: a left child is one level lower, a right one at most one level lower

local Tree = {}
Tree.__index = Tree

function Tree.new()
  return setmetatable({ root = nil }, Tree)
end

local function skewed(node)
  local left = node.left
  if left and left.level == node.level then
    node.left = left.right
    left.right = node
    return left
  end
  return node
end

local function split(node)
  local right = node.right
  if right and right.right and right.right.level == node.level then
    node.right = right.left
    right.left = node
    right.level = right.level + 1
    return right
  end
  return node
end

local function put(node, key, value)
  if not node then
    return { key = key, value = value, level = 1 }, nil
  end
  local order = key:compare(node.key)
  local old
  if order == 0 then
    old = node.value
    node.value = value
    return node, old
  elseif order < 0 then
    node.left, old = put(node.left, key, value)
  else
    node.right, old = put(node.right, key, value)
  end
  return split(skewed(node)), old
end

function Tree:put(key, value)
  local old
  self.root, old = put(self.root, key, value)
  return old
end

function Tree:get(key)
  local node = self.root
  while node do
    local order = key:compare(node.key)
    if order == 0 then
      return node.value
    end
    if order < 0 then
      node = node.left
    else
      node = node.right
    end
  end
  return nil
end

local function walk(node, action)
  if node then
    walk(node.left, action)
    action(node.key, node.value)
    walk(node.right, action)
  end
end

function Tree:each(action)
  walk(self.root, action)
end

-- Motions: a part of a straight line that an aircraft flies in a frame

local Motion = {}
Motion.__index = Motion

function Motion:meets(other)
  local start = self.from - other.from
  local way = (self.to - self.from) - (other.to - other.from)
  local a = way:dot(way)
  if a == 0 then
    if math.sqrt(start:dot(start)) <= RADIUS then
      return (self.from + other.from) * 0.5
    end
    return nil
  end
  local b = 2 * start:dot(way)
  local c = start:dot(start) - RADIUS * RADIUS
  local discriminant = b * b - 4 * a * c
  if discriminant < 0 then
    return nil
  end
  local root = math.sqrt(discriminant)
  local first, last = (-b - root) / (2 * a), (-b + root) / (2 * a)
  if first > 1 or last < 0 then
    return nil
  end
  local time = math.max(first, 0)
  local place = (self.from + (self.to - self.from) * time + (other.from + (other.to - other.from) * time)) * 0.5
  if place.x >= MIN_X and place.x <= MAX_X and place.y >= MIN_Y and place.y <= MAX_Y
    and place.z >= MIN_Z and place.z <= MAX_Z then
    return place
  end
  return nil
end

-- The times between which a coordinate lies within the cell widened by half a radius, as parts of the frame

local function within(cell, start, way)
  local low, high = cell - RADIUS / 2, cell + CELL + RADIUS / 2
  if way == 0 then
    if start >= low and start <= high then
      return 0, 1
    end
    return 1, 0
  end
  low, high = (low - start) / way, (high - start) / way
  if low > high then
    low, high = high, low
  end
  return math.max(low, 0), math.min(high, 1)
end

function Motion:touches(cell)
  if cell.x > MAX_X or cell.x < MIN_X or cell.y > MAX_Y or cell.y < MIN_Y then
    return false
  end
  local from, to = self.from, self.to
  local x_low, x_high = within(cell.x, from.x, to.x - from.x)
  local y_low, y_high = within(cell.y, from.y, to.y - from.y)
  return math.max(x_low, y_low) <= math.min(x_high, y_high)
end

local NEIGHBOURS = {}
for x = -1, 1 do
  for y = -1, 1 do
    if x ~= 0 or y ~= 0 then
      NEIGHBOURS[#NEIGHBOURS + 1] = flat(x * CELL, y * CELL)
    end
  end
end

local function draw(cells, seen, cell, motion)
  if not motion:touches(cell) or seen:put(cell, true) then
    return
  end
  local motions = cells:get(cell)
  if not motions then
    motions = {}
    cells:put(cell, motions)
  end
  motions[#motions + 1] = motion
  for i = 1, #NEIGHBOURS do
    draw(cells, seen, cell:plus(NEIGHBOURS[i]), motion)
  end
end

local function collisions_in(motions)
  local cells = Tree.new()
  for _, motion in ipairs(motions) do
    local cell = flat(math.floor(motion.from.x / CELL) * CELL, math.floor(motion.from.y / CELL) * CELL)
    draw(cells, Tree.new(), cell, motion)
  end
  local count = 0
  cells:each(function(_, group)
    for i = 1, #group do
      for j = i + 1, #group do
        if group[i]:meets(group[j]) then
          count = count + 1
        end
      end
    end
  end)
  return count
end

-- Pairs of aircraft that fly the same way, one up and down as the sine, the other as the cosine

local function positions(aircraft, time)
  local places = {}
  for i = 1, aircraft, 2 do
    places[i] = space(time, math.cos(time) * 2 + (i - 1) * 3, 10)
    places[i + 1] = space(time, math.sin(time) * 2 + (i - 1) * 3, 10)
  end
  return places
end

local function simulate(aircraft, frames)
  local before
  local count = 0
  for frame = 0, frames - 1 do
    local now = positions(aircraft, frame / 10)
    before = before or now
    local motions = {}
    for i = 1, aircraft do
      motions[i] = setmetatable({ from = before[i], to = now[i] }, Motion)
    end
    count = count + collisions_in(motions)
    before = now
  end
  return count
end

function run()
  local count = simulate(10, 100)
  if count ~= 157 then
    error("collision: " .. count)
  end
  return count
end
