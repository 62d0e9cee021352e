-- One place of a program that meets objects with a function __index and without; errors in the function.
local function get(o) return o.name end
local function method(o) return pcall(function() return o:name() end) end
local function at(o, k) return o[k] end
local function times(f, ...)
  local last
  for _ = 1, 5 do last = f(...) end
  return last
end

-- Objects of several kinds at one place, some without the function.
local kinds = {
  setmetatable({}, { __index = function(_, k) return "a " .. k end }),
  { name = "plain" },
  setmetatable({ name = "both" }, { __index = error }),
  setmetatable({ x = 1 }, { __index = function(t, k) return t.x .. k end }),
  setmetatable({}, { __index = setmetatable({}, { __index = function(t, k) return type(t) .. " behind " .. k end }) }),
  {},
}
for round = 1, 100 do
  for i, each in ipairs(kinds) do
    local found = get(each)
    if round == 1 or round == 100 then io.write(tostring(found), i == #kinds and "\n" or ", ") end
  end
end
print(times(at, kinds[5], 1), times(at, kinds[5], "y"), times(at, kinds[5], 2.5))

-- A table in the place of the function is indexed, even if it can be called; what cannot be indexed is an error.
local mt = {}
local o = setmetatable({}, mt)
mt.__index = setmetatable({}, { __call = function() return "called" end, __index = function() return "indexed" end })
print(times(get, o), times(at, o, 3))
mt.__index = 5
print(pcall(get, o))
print(pcall(at, o, 1))
mt.__index = "a string"
print(times(get, o), times(at, o, "len") == string.len)

-- Methods, and errors in the middle.
mt.__index = function(_, k) return function(self) return k, self == o end end
for _ = 1, 3 do print(method(o)) end
mt.__index = function(_, k) error("no " .. k, 0) end
for _ = 1, 3 do print(pcall(get, o)) end
print(pcall(at, o, 12))
mt.__index = function() return nil end
print(method(o))
