-- print: what it puts between, __tostring, __name.
print()
print(nil)
print(1, 2.5, "x", true, nil, false)
print("a\0b", "", "c")
print(setmetatable({}, { __tostring = function() return "T" end }), "after")
print(select(2, pcall(print, setmetatable({}, { __tostring = function() return {} end }))))
print(pcall(print, setmetatable({}, { __tostring = function() error("oops", 0) end })))
print(select("#", print()))
local old = tostring
tostring = function() return "never asked" end
print(1)
tostring = old
print(("x"):rep(100))
io.write(1, " ", "two", " ", 3, "\n")
print(_VERSION)
warn("@on")
warn("@off")
print(pcall(warn))
print(pcall(warn, 1, {}))
