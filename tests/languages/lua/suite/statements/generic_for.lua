-- Generic for: iterators, state, control, closing value.
local function upto(n) return function(s, c) if c < s then return c + 1 end end, n, 0 end
for i in upto(4) do io.write(i, " ") end
print()
for k, v in next, { 10, 20, 30 } do io.write(k, "=", v, " ") end
print()
for a, b, c, d in function(_, x) if not x then return 1, 2, 3 end end do print(a, b, c, d) end
for i, v in ipairs({ "a", "b", nil, "d" }) do io.write(i, v, " ") end
print()
local t = { 1, 2, 3, x = 4 }
local sum = 0
for _, v in pairs(t) do sum = sum + v end
print(sum)
for k in pairs(t) do t[k] = nil end
print(next(t))
local m = { 1, 2, 3, 4, 5, a = 1, b = 2, c = 3 }
for k, v in pairs(m) do m[k] = v * 2 end
print(m[1], m[5], m.a, m.c)
local closed
for i in function(_, c) c = (c or 0) + 1; if c <= 5 then return c end end, nil, nil,
  setmetatable({}, { __close = function(_, e) closed = "closed " .. tostring(e) end }) do
  if i == 3 then break end
end
print(closed)
print(pcall(function()
  for i in function() error("in iterator", 0) end, nil, nil, setmetatable({}, { __close = function(_, e) closed = e end }) do end
end), closed)
local fs = {}
for i, v in ipairs({ "x", "y" }) do fs[i] = function() return i, v end end
print(fs[1]())
print(fs[2]())
for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do io.write(i, " ") end
print()
for i, v in ipairs({ 1, 2, 3 }) do i = i * 100; v = nil; io.write(i, " ") end
print()
for w in ("one two  three"):gmatch("%a+") do io.write("<", w, ">") end
print()
local function f() return pairs({ 1 }) end
for k, v in f() do print(k, v) end
for k, v in (function() return next, { 5 } end)() do print(k, v) end
