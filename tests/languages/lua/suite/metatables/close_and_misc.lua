-- Metamethods of other kinds: __tostring, __name, __idiv, __close, and events that are found only in the metatable itself.
local t = setmetatable({}, { __tostring = function(self) return "I am t" end })
print(t, tostring(t), #tostring(t))
print(string.format("%s|%10s", t, t))
print(pcall(string.format, "%d", t))
io.write(tostring(t), "\n")
local named = setmetatable({}, { __name = "Thing" })
print((tostring(named):gsub("0x%x+", "ADDRESS")))
print(pcall(string.rep, named))
print(pcall(math.floor, named))
-- A metamethod is looked up without __index of the metatable.
local mt = setmetatable({}, { __index = { __add = function() return "inherited" end } })
print(pcall(function() return setmetatable({}, mt) + 1 end))
local own = setmetatable({}, { __index = function(_, k) return k end })
print(own.__add, pcall(function() return own + 1 end))
do
  local c <close> = setmetatable({}, { __close = function(o, e) print("closed", e) end })
  print("open")
end
print(rawequal(t, t), rawequal("a", "a"), rawequal({}, {}), rawequal(1, 1.0), rawequal(0, -0.0))
