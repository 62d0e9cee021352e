-- Local variables of a whole source that nobody assigns to: what happens when there are several of them after all.

-- A source that runs twice has its variables twice; what was made before keeps the first.
local twice = load([[
  local given = ...
  local made = {}
  local function get() return given end
  local function itself() return itself ~= nil and get() end
  return get, itself, function() return made end
]])
local get1, itself1, made1 = twice(1)
for _ = 1, 100 do get1() itself1() made1() end
local get2, itself2, made2 = twice("two")
print(get1(), itself1(), get2(), itself2())
print(made1() == made1(), made2() == made2(), made1() == made2())

-- A source that runs inside itself.
local inside
inside = load([[
  local depth, again = ...
  local function tell() return depth end
  tell()
  if depth < 3 then again(depth + 1, again) end
  print(depth, tell())
]])
inside(1, inside)

-- Loops, blocks and gotos in the source.
local kept = {}
for i = 1, 3 do
  local fresh = i * 10
  kept[i] = function() return fresh end
end
print(kept[1](), kept[2](), kept[3](), kept[1]())
do
  local block = "block"
  kept.block = function() return block end
end
do
  local block = "other"
  kept.other = function() return block end
end
print(kept.block(), kept.other(), kept.block())
local back = load([[
  local found, count = {}, 0
  ::again::
  local value = count
  found[#found + 1] = function() return value end
  count = count + 1
  if count < 3 then goto again end
  for _, each in ipairs(found) do each() end
  return found[1](), found[2](), found[3]()
]])
print(back())

-- Variables that get their value later, or another one.
local late
local function read_late() return late end
print(read_late())
late = 1
print(read_late())
local function set_late(value) late = value end
set_late(2)
print(read_late(), late)
local minus_one, no, nothing = -1, false, nil
local function constants() return minus_one, no, nothing end
print(constants())
print(constants())

-- What the library debug does to them.
local fixed, other = "fixed", "other"
local function read_fixed() return fixed end
local function read_fixed_too() return fixed .. "!" end
local function read_other() return other end
print(read_fixed(), read_fixed_too(), read_other())
print(debug.setupvalue(read_fixed, 1, "set"))
print(read_fixed(), read_fixed_too(), fixed)
debug.upvaluejoin(read_fixed, 1, read_other, 1)
print(read_fixed(), read_fixed_too(), read_other())
debug.setupvalue(read_fixed, 1, "both")
print(read_fixed(), read_other(), other)

local by_local = load([[
  local mine = "mine"
  local function get() return mine end
  get()
  local index = 1
  while debug.getlocal(1, index) ~= "mine" do index = index + 1 end
  debug.setlocal(1, index, "yours")
  return get(), mine
]])
print(by_local())

-- Functions that are dumped get variables of their own.
local function dumped() return fixed, print ~= nil end
local copy = load(string.dump(dumped), "copy", "b")
print(pcall(copy))
debug.setupvalue(copy, 1, "its own")
debug.setupvalue(copy, 2, _ENV)
print(copy())
print(dumped())
