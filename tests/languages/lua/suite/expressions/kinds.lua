-- Operations that meet integers, floats and both, one kind after the other at the same place; constants on either side.

local function f(a,b) return a+b, a-b, a*b, a/b, 2*a, 1-b, 2.5*a, 1.5-b, 3/b, 3.0/b end
for i=1,5 do print(f(i,2)) print(f(i+0.5,2)) print(f(i+0.5,2.5)) end
print(f("3","4")) print(pcall(f,{},1)) print(pcall(f,1,{})) print(select(2,pcall(function() local t={} return 2-t.x end)))
local mt=setmetatable({},{__sub=function(a,b) return type(a)..type(b) end,__mul=function(a,b) return type(a)..type(b) end})
print(1-mt,mt-1,2*mt,mt*2,mt-mt,2.5*mt)
local function g(a,b) return a<b,a<=b,a>b,a>=b, a==b end
for i=1,5 do print(g(i,2)) print(g(i+.5,2)) print(g(0/0,1.0)) print(g(1.0,0/0)) print(g(1.0,2.0)) end
print(math.huge-math.huge, 0/0, -(0/0), 1e308*10-1e308*10)
print((1<<47)-1+1, (1<<47)*(1<<47), 140737488355327+1, 7//2, 7.5//2, -7//2, 7%3, -7%3, 7.5%-2)
local function rest(a, b) return a % b, a // b end
for _, a in ipairs { 0, 1, -1, 7, -7, 140737488355327, -140737488355328, 140737488355326, 4611686018427387904 } do
  for _, b in ipairs { 1, -1, 2, 3, -3, 7, 140737488355327, -140737488355328, 1000003 } do
    print(a, b, rest(a, b))
  end
end
print(pcall(rest, 1, 0))
local total = 0
for _, x in ipairs { 0.5, 1.5, 2, "3", 4.25 } do total = total + x end
print(total)
