-- The sun and its four giant planets: arithmetic with floats in fields of objects, square roots. Expected: the energy
-- is -0.169075164 at first and -0.169078457 after 8,000 steps.

local PI = 3.141592653589793
local SOLAR_MASS = 4 * PI * PI
local DAYS = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * DAYS, vy = vy * DAYS, vz = vz * DAYS,
    mass = mass * SOLAR_MASS,
  }
end

local function solar_system()
  return {
    body(0, 0, 0, 0, 0, 0, 1),
    body(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
      1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04),
    body(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
      -2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04),
    body(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
      2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05),
    body(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
      2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05),
  }
end

local function rest_momentum(bodies)
  local px, py, pz = 0, 0, 0
  for _, each in ipairs(bodies) do
    px = px + each.vx * each.mass
    py = py + each.vy * each.mass
    pz = pz + each.vz * each.mass
  end
  local sun = bodies[1]
  sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

local function advance(bodies, dt)
  local sqrt = math.sqrt
  local count = #bodies
  for i = 1, count do
    local a = bodies[i]
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (square * sqrt(square))
      local towards_b, towards_a = b.mass * magnitude, a.mass * magnitude
      a.vx = a.vx - dx * towards_b
      a.vy = a.vy - dy * towards_b
      a.vz = a.vz - dz * towards_b
      b.vx = b.vx + dx * towards_a
      b.vy = b.vy + dy * towards_a
      b.vz = b.vz + dz * towards_a
    end
  end
  for i = 1, count do
    local a = bodies[i]
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
  end
end

local function energy(bodies)
  local sum = 0
  for i = 1, #bodies do
    local a = bodies[i]
    sum = sum + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      sum = sum - a.mass * b.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return sum
end

function run()
  local bodies = solar_system()
  rest_momentum(bodies)
  local before = string.format("%.9f", energy(bodies))
  for _ = 1, 8000 do
    advance(bodies, 0.01)
  end
  local after = string.format("%.9f", energy(bodies))
  if before ~= "-0.169075164" or after ~= "-0.169078457" then
    error("nbody: " .. before .. " " .. after)
  end
  return after
end
