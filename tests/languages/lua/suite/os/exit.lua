-- os.exit ends the program; to-be-closed variables are closed if asked for.
print("before")
local x <close> = setmetatable({}, { __close = function() print("closed") end })
io.write("no line end")
os.exit(true, true)
