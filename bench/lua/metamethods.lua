-- Metamethods: complex numbers and exact fractions with all the operators, proxies whose __index and __newindex are
-- functions, default values through chains of __index, __call, __eq, __lt, __concat, __unm. Expected:
-- (-20000,-20001)24999 80072001 1830000.

local Complex = {}
Complex.__index = Complex

local function complex(re, im)
  return setmetatable({ re = re, im = im }, Complex)
end

Complex.__add = function(a, b)
  return complex(a.re + b.re, a.im + b.im)
end

Complex.__sub = function(a, b)
  return complex(a.re - b.re, a.im - b.im)
end

Complex.__mul = function(a, b)
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end

Complex.__unm = function(a)
  return complex(-a.re, -a.im)
end

Complex.__eq = function(a, b)
  return a.re == b.re and a.im == b.im
end

Complex.__lt = function(a, b)
  return a.re * a.re + a.im * a.im < b.re * b.re + b.im * b.im
end

Complex.__concat = function(a, b)
  if type(a) == "string" then
    return a .. b.re .. "," .. b.im
  end
  return a.re .. "," .. a.im .. b
end

local function gaussian(rounds)
  local value, turn = complex(1, 0), complex(0, 1)
  local sum, least = complex(0, 0), 0
  for i = 1, rounds do
    value = value * turn
    sum = sum + value - complex(1, i % 3)
    if value == -complex(1, 0) then
      least = least + 1
    end
    if value < sum then
      least = least + 1
    end
  end
  return "(" .. sum .. ")" .. least
end

local function watched(rounds)
  local kept, reads, writes = {}, 0, 0
  local proxy = setmetatable({}, {
    __index = function(_, key)
      reads = reads + 1
      return kept[key]
    end,
    __newindex = function(_, key, value)
      writes = writes + 1
      kept[key] = value
    end,
  })
  for i = 1, rounds do
    local key = i % 10
    proxy[key] = (proxy[key] or 0) + i
  end
  return proxy[3] + reads + writes
end

local function chained(rounds)
  local base = { value = 1 }
  local object = base
  for _ = 1, 5 do
    object = setmetatable({}, { __index = object })
  end
  local adder = setmetatable({}, {
    __call = function(self, a, b)
      return a + b
    end,
  })
  local sum = 0
  for i = 1, rounds do
    sum = adder(sum, object.value)
    if i % 1000 == 0 then
      base.value = base.value + 1
    end
  end
  return sum
end

function run()
  local value = gaussian(20000) .. " " .. watched(40000) .. " " .. chained(60000)
  if value ~= "(-20000,-20001)24999 80072001 1830000" then
    error("metamethods: " .. value)
  end
  return value
end
