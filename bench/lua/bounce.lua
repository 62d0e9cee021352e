-- Balls that bounce in a box: objects with a shared metatable, methods, integer fields, a small random number
-- generator that is an object as well. Expected: 1331.

local Random = {}
Random.__index = Random

function Random.new()
  return setmetatable({ seed = 74755 }, Random)
end

function Random:next()
  self.seed = (self.seed * 1309 + 13849) % 65536
  return self.seed
end

local Ball = {}
Ball.__index = Ball

function Ball.new(random)
  return setmetatable({
    x = random:next() % 500,
    y = random:next() % 500,
    dx = random:next() % 300 - 150,
    dy = random:next() % 300 - 150,
  }, Ball)
end

function Ball:bounce()
  local abs = math.abs
  local bounced = false
  self.x = self.x + self.dx
  self.y = self.y + self.dy
  if self.x > 500 then
    self.x = 500
    self.dx = -abs(self.dx)
    bounced = true
  end
  if self.x < 0 then
    self.x = 0
    self.dx = abs(self.dx)
    bounced = true
  end
  if self.y > 500 then
    self.y = 500
    self.dy = -abs(self.dy)
    bounced = true
  end
  if self.y < 0 then
    self.y = 0
    self.dy = abs(self.dy)
    bounced = true
  end
  return bounced
end

local function simulate()
  local random = Random.new()
  local balls = {}
  for i = 1, 100 do
    balls[i] = Ball.new(random)
  end
  local bounces = 0
  for _ = 1, 50 do
    for i = 1, #balls do
      if balls[i]:bounce() then
        bounces = bounces + 1
      end
    end
  end
  return bounces
end

function run()
  local bounces = 0
  for _ = 1, 50 do
    bounces = simulate()
  end
  if bounces ~= 1331 then
    error("bounce: " .. bounces)
  end
  return bounces
end
