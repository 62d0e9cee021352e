-- The towers of Hanoi with seventeen disks that are objects on linked piles: recursion, fields that are read and
-- written, checks that may raise an error. Expected: 131071.

local piles = {}
local moves = 0

local function push(pile, disk)
  local top = piles[pile]
  if top and disk.size >= top.size then
    error("a big disk on a small one")
  end
  disk.next = top
  piles[pile] = disk
end

local function pop(pile)
  local top = piles[pile]
  if not top then
    error("a disk from an empty pile")
  end
  piles[pile] = top.next
  top.next = nil
  return top
end

local function move(disks, from, to)
  if disks == 1 then
    push(to, pop(from))
    moves = moves + 1
    return
  end
  local other = 6 - from - to
  move(disks - 1, from, other)
  move(1, from, to)
  move(disks - 1, other, to)
end

function run()
  piles = {}
  moves = 0
  for size = 17, 1, -1 do
    push(1, { size = size })
  end
  move(17, 1, 2)
  if moves ~= 131071 then
    error("towers: " .. moves)
  end
  return moves
end
