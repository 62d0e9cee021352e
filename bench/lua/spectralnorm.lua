-- The spectral norm of an infinite matrix, its first hundred rows: float arithmetic with integer indices, a function
-- that is called for every element, arrays of floats. Expected: 1.274219991.

local function element(i, j)
  local ij = i + j - 1
  return 1.0 / (ij * (ij - 1) * 0.5 + i)
end

local function multiply(x, y, count)
  for i = 1, count do
    local sum = 0
    for j = 1, count do
      sum = sum + x[j] * element(i, j)
    end
    y[i] = sum
  end
end

local function multiply_transposed(x, y, count)
  for i = 1, count do
    local sum = 0
    for j = 1, count do
      sum = sum + x[j] * element(j, i)
    end
    y[i] = sum
  end
end

local function norm(count)
  local u, v, scratch = {}, {}, {}
  for i = 1, count do
    u[i] = 1
  end
  for _ = 1, 10 do
    multiply(u, scratch, count)
    multiply_transposed(scratch, v, count)
    multiply(v, scratch, count)
    multiply_transposed(scratch, u, count)
  end
  local numerator, denominator = 0, 0
  for i = 1, count do
    numerator = numerator + u[i] * v[i]
    denominator = denominator + v[i] * v[i]
  end
  return math.sqrt(numerator / denominator)
end

function run()
  local value = string.format("%.9f", norm(100))
  if value ~= "1.274219991" then
    error("spectralnorm: " .. value)
  end
  return value
end
