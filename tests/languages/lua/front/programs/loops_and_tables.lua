local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end
print(fib(12))
local t = {1,2,3,x=4,["y z"]=5,[10]=6, (function(...) return ... end)(7,8,9)}
print(#t, t.x, t["y z"], t[10], t[4], t[6])
for i = 10, 1, -3 do print(i) end
for i = 1.0, 2, 0.5 do print(i) end
for i = 3, 1 do print("never") end
local a, b, c = (function() return 1, 2 end)()
print(a, b, c)
local s = 0
while true do s = s + 1; if s > 5 then break end end
repeat local z = s; s = s - 1 until z < 3
print(s)
