-- What write writes for values of all kinds.
io.write("text", 1, " ", -5, " ", math.mininteger, "\n")
io.write("\0", "nul", "\n")
print(io.write() == io.stdout)
print(pcall(io.write, nil))
print(pcall(io.write, {}))
print(pcall(io.write, true))
print(pcall(io.write, setmetatable({}, { __tostring = function() return "x" end })))
print(pcall(function() io.stdout:write("x", nil) end))
