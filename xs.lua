local function f(N) local x=88172645463325252 for i=1,N do x=x~(x<<13) x=x~(x>>7) x=x~(x<<17) end return x end
f(30000000)
