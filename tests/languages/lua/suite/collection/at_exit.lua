-- Finalizers of what is alive at the end of the program run then, the last marked first.
local mt = { __gc = function(o) print("finalized " .. o.name) end }
first = setmetatable({ name = "first" }, mt)
second = setmetatable({ name = "second" }, mt)
local third = setmetatable({ name = "third" }, mt)
print("end of the program", third.name)
