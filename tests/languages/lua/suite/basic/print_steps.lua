-- print writes each text before it asks for the next one.
local function shown(f) return setmetatable({}, {__tostring = f}) end
print("a", shown(function() io.write("<asked>") return "T" end), "b")
print("a", shown(function() print("nested", "print") return "T" end))
print(pcall(print, "a", 1, shown(function() return {} end), "c"))
print(pcall(print, "a", 1, shown(function() error("E", 0) end), "c"))
print(shown(function() return 12 end), nil, shown(function() return "" end))
print(pcall(print, setmetatable({}, {__tostring = 1})))
