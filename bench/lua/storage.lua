-- A tree of arrays, each of four children or, at the leaves, of some empty slots as a random number wants: allocation
-- of tables with nothing but array parts, and the collector. Expected: 21845.

local seed
local nodes

local function random()
  seed = (seed * 1309 + 13849) % 65536
  return seed
end

local function build(depth)
  nodes = nodes + 1
  if depth == 1 then
    local leaf = {}
    for i = 1, random() % 10 + 1 do
      leaf[i] = false
    end
    return leaf
  end
  local node = {}
  for i = 1, 4 do
    node[i] = build(depth - 1)
  end
  return node
end

function run()
  seed = 74755
  for _ = 1, 2 do
    nodes = 0
    build(8)
  end
  if nodes ~= 21845 then
    error("storage: " .. nodes)
  end
  return nodes
end
