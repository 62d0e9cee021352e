-- Errors that are not strings, and __tostring for them.
local Error = {}
Error.__index = Error
Error.__tostring = function(self) return "Error: " .. self.text end
local fine, e = pcall(error, setmetatable({ text = "boom" }, Error))
print(fine, tostring(e), e.text, getmetatable(e) == Error)
fine, e = pcall(function() error(setmetatable({ text = "boom 2" }, Error)) end)
print(fine, tostring(e))
print(pcall(tostring))
print(pcall(tostring, setmetatable({}, { __tostring = function() return 1 end })))
print(pcall(tostring, setmetatable({}, { __tostring = function() error("in tostring", 0) end })))
print((tostring(setmetatable({}, { __name = "Named" })):gsub("0x%x+", "ADDRESS")))
print((tostring({}):gsub("0x%x+", "ADDRESS")))
print((tostring(print):gsub("0x%x+", "ADDRESS")))
print((tostring(function() end):gsub("0x%x+", "ADDRESS")))
print((tostring(coroutine.create(print)):gsub("0x%x+", "ADDRESS")))
print(tostring(nil), tostring(true), tostring(12), tostring(-0.0), tostring("x"))
