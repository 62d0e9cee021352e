-- Blocks, scopes, shadowing.
local x = 1
do local x = 2; print(x); do local x = x + 1; print(x) end print(x) end
print(x)
local x = x + 10
print(x)
local function f(x) local x = x * 2; return x end
print(f(5))
for x = 1, 1 do print(x) end
print(x)
if true then local x = "inner"; print(x) end
while true do local x = "loop"; print(x) break end
repeat local done = true; local x = "repeat" until done and x == "repeat"
print(x)
do ; ; ; end
local g
do local private = 0; function g() private = private + 1; return private end end
print(g(), g(), private)
local a = a
print(a)
local function rec(n) return n == 0 and "done" or rec(n - 1) end
print(rec(10))
local h = function() return h end
print(h())
