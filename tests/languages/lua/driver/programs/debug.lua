local function show(t) local k = {} for n in pairs(t) do k[#k+1] = n end table.sort(k) for _, n in ipairs(k) do io.write(n, "=", tostring(t[n]):gsub("0x%x+","PTR"), " ") end print() end
local function f(a, b, ...)
  local c = 3
  show(debug.getinfo(1, "nSlutr"))
  print(debug.getlocal(1, 1)) print(debug.getlocal(1, 2)) print(debug.getlocal(1, 3)) print(debug.getlocal(1, -1)) print(debug.getlocal(1,-3))
  print(debug.setlocal(1, 3, 33), c)
  return c
end
print(f(1, 2, "v1", "v2"))
show(debug.getinfo(print, "Su")) show(debug.getinfo(f, "SuL")) print(debug.getinfo(99))
local up1, up2 = 10, 20
local function g() return up1 end local function h() return up2, up1 end
print(debug.getupvalue(g, 1), debug.getupvalue(h, 2), debug.setupvalue(g, 1, 11), up1)
print(debug.upvalueid(g,1) == debug.upvalueid(h,2), debug.upvalueid(g,1) == debug.upvalueid(h,1), type(debug.upvalueid(g,1)))
debug.upvaluejoin(g, 1, h, 1) print(g())
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3))
local co = coroutine.create(function(x) local y = x coroutine.yield(y) end) coroutine.resume(co, 5)
debug.setmetatable(10, {__index = {double = function(n) return n * 2 end}}) print((5):double()) debug.setmetatable(10, nil)
print(debug.getmetatable("").__index == string, debug.getuservalue(io.stdout), debug.gethook())
print(pcall(load, "x=")) print(io.read and ("10"+5), "0x10"+0, pcall(function() return "-x"+1 end), -"2", " -7 "+0)
local s = string.dump(f, true) print(#s > 10, s:sub(1,4) == "\27Lua", load(s, "d", "b") ~= nil, load(s, "d", "t"))
