-- Runs one program of this folder and says how long each iteration takes:
--
--     lua harness.lua PROGRAM [ITERATIONS [turns]]
--
-- A program defines the global function `run`, which does the work of one iteration, raises an error when the result
-- is wrong, and returns a value to be shown. A line "PROGRAM: iteration I: N us" is printed for each iteration (time of
-- the processor, microseconds), and at the end "PROGRAM VALUE", which is what expected.toml says. With the word
-- `turns`, each iteration waits for a line on standard input, so that processes can take turns (compare.py).

local name = arg[1]
local iterations = tonumber(arg[2] or 10)
local takes_turns = arg[3] == "turns"
if not name or not iterations or (arg[3] and not takes_turns) then
  error("usage: lua harness.lua PROGRAM [ITERATIONS [turns]]", 0)
end

local folder = string.match(arg[0], "^(.*/)[^/]*$") or ""
dofile(folder .. name .. ".lua")

local value
for i = 1, iterations do
  if takes_turns and not io.read() then
    error("standard input ended before iteration " .. i, 0)
  end
  local start = os.clock()
  value = run()
  local time = os.clock() - start
  print(string.format("%s: iteration %d: %.0f us", name, i, time * 1e6))
  io.stdout:flush()
end
print(name .. " " .. tostring(value))
