-- The Mandelbrot set on a grid: float arithmetic in locals and nested loops, with no tables in them. Expected: 15899
-- points of 40000 that do not escape, and 181625 rounds for those that do.

local function mandelbrot(size, most)
  local inside, rounds = 0, 0
  for row = 0, size - 1 do
    local ci = 2.0 * row / size - 1.0
    for column = 0, size - 1 do
      local cr = 2.0 * column / size - 1.5
      local zr, zi, rr, ii = 0.0, 0.0, 0.0, 0.0
      local round = 0
      while round < most and rr + ii <= 4.0 do
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
        rr, ii = zr * zr, zi * zi
        round = round + 1
      end
      if rr + ii <= 4.0 then
        inside = inside + 1
      else
        rounds = rounds + round
      end
    end
  end
  return inside, rounds
end

function run()
  local inside, rounds = mandelbrot(200, 50)
  local value = inside .. " " .. rounds
  if value ~= "15899 181625" then
    error("mandelbrot: " .. value)
  end
  return value
end
