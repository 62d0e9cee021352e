-- Bigger files: many lines, long lines, blocks, nul bytes.
local name = os.tmpname()
local f = io.open(name, "wb")
for i = 1, 3000 do f:write(i, " ", ("x"):rep(i % 50), "\n") end
f:write(("y"):rep(100000), "\n", "a\0b\r\n", "\n\n")
f:close()
local lines, bytes, longest = 0, 0, 0
for l in io.lines(name) do lines = lines + 1; bytes = bytes + #l; longest = math.max(longest, #l) end
print(lines, bytes, longest)
f = io.open(name, "rb")
local blocks, total = 0, 0
while true do local b = f:read(4096); if not b then break end blocks = blocks + 1; total = total + #b end
print(blocks, total, f:seek("end"))
f:seek("set", 0)
local all = f:read("a")
print(#all, all:sub(-8) == "a\0b\r\n\n\n" or #all:sub(-8))
f:seek("end", -7)
print(#f:read("l"), #f:read("L"), f:read("l") == "", f:read("l"))
f:close()
f = io.open(name, "rb")
print(f:read(1), #f:read(1000000), f:read(1))
f:close()
os.remove(name)
