-- Yields across metamethods, iterators, and functions of the library that call back.
local yield = coroutine.yield
local mt = {
  __add = function(a, b) return yield("add") end,
  __index = function(t, k) return yield("index " .. k) end,
  __newindex = function(t, k, v) yield("newindex " .. k); rawset(t, k, v) end,
  __call = function(self, x) return yield("call " .. x) end,
  __eq = function() return yield("eq") end,
  __lt = function() return yield("lt") end,
  __le = function() return yield("le") end,
  __len = function() return yield("len") end,
  __concat = function() return yield("concat") end,
  __unm = function() return yield("unm") end,
}
local function new() return setmetatable({}, mt) end
local co = coroutine.wrap(function()
  local a, b = new(), new()
  print(a + b, a.field, a(5), a == b, a < b, a <= b, #a, a .. "x", "x" .. "y" .. a, -a)
  a.x = 7
  print(rawget(a, "x"))
  if a < b then print("less") else print("not less") end
  if a == b then print("equal") else print("not equal") end
  for i in function(_, c) return yield("iterate " .. tostring(c)) end do print("round", i); break end
  for k in pairs(setmetatable({}, { __pairs = function() yield("pairs"); return next, { k1 = 1 } end })) do print(k) end
  return "done"
end)
local value = co()
local n = 0
while value ~= "done" do
  io.write(value, "; ")
  n = n + 1
  value = co(n)
end
print(value, n)
