-- Equality with constants of every kind, and elements at places that are no places of an array.

local function eq(x) return x==1, x==1.0, x==0, x==0.5, x==nil, x==true, x=="a", x==-1, x==2^53, x==1<<53, x==math.maxinteger end
local function ne(x) return x~=1, x~=0.5, x~=nil, x~=false, x~="abc", x~=9007199254740993 end
for _,v in ipairs{1,1.0,0.5,"abc",true,false,9007199254740993,9007199254740992.0} do print(v,ne(v)) end
local t={} t[0]=5 t[-1]=6 t[1]=7 t[2]=8 local i=-1 print(t[i],t[i+1],t[i+2],t[i+3],t[-1],t[0]) t[i]=9 t[i+1]=10 print(t[-1],t[0]) t[-5]=1 print(t[-5],#t)
local function f(...) return ... end
for n=0,5 do local u={f(table.unpack({1,2,3,4,5},1,n))} print(#u) local w={0,f(table.unpack({1,2,3},1,n))} print(#w,w[1],w[2]) end
for _, v in ipairs { 1, 1.0, 0, -0.0, 0.5, "a", true, false, -1, 2^53, 1 << 53, math.maxinteger, math.maxinteger + 0.0, 0/0 } do
  print(v, eq(v))
end
