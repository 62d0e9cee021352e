-- debug.getlocal, setlocal, getupvalue, setupvalue, upvalueid, upvaluejoin.
local function f(a, b)
  local c = 3
  for i = 1, 10 do
    local n, v = debug.getlocal(1, i)
    if not n then break end
    if n:sub(1, 1) ~= "(" then io.write(n, "=", tostring(v), " ") end
  end
  print(debug.setlocal(1, 1, "changed"), a)
end
f(1, 2)
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3))
local function v(...) return debug.getlocal(1, -1), debug.getlocal(1, -3) end
print(v("x", "y"))
local u1, u2 = 10, 20
local function g() return u1, u2 end
local function h() return u2 end
print(debug.getupvalue(g, 1)) print(debug.getupvalue(g, 2)) print(debug.getupvalue(g, 3))
print(debug.setupvalue(g, 1, 100), u1, debug.setupvalue(g, 5, 1))
print(debug.upvalueid(g, 2) == debug.upvalueid(h, 1), debug.upvalueid(g, 1) == debug.upvalueid(h, 1))
debug.upvaluejoin(h, 1, g, 1)
print(h(), u2)
print(pcall(debug.getlocal, 100, 1))
print(pcall(debug.upvalueid, g, 9))
print(pcall(debug.getupvalue, 5, 1))
