-- close
do
  local function C(n) return setmetatable({}, {__close = function(_, e) print("close", n, e) end}) end
  do local a <close> = C(1) local b <close> = C(2) print("in") end
  local function f() local a <close> = C(3) local b <const> = 5 return b, (function() return 1, 2 end)() end print(f())
  local function g() local a <close> = C(4) return f() end print(g())
  for i = 1, 2 do local a <close> = C("l" .. i) if i == 2 then break end end
  print(pcall(function() local a <close> = C(5) error("oops") end))
  for k in (function(s, c) if not c then return 1 end end), nil, nil, C(6) do print(k) end
  local function h() for k in (function(s, c) return 1 end), nil, nil, C(7) do return k, k end end print(h())
  local function w() local n = 0 while true do local a <close> = C(n) n = n + 1 if n < 3 then goto continue end do return n end ::continue:: end end print(w())
  local function tt() local x = 1 local y <close> = nil local f = function() x = x + 1 return x end return f() , x end print(tt())
end
do  -- all ways out of a block with something to close
  local function C(n) return setmetatable({}, {__close = function(_, e) print("close", n, e) end}) end
  local function several() return 1, 2, 3 end
  local function values() local c <close> = C("values") return several() end
  print(values())
  local function fixed(a, b) local c <close> = C("fixed") return a, b, a end
  print(fixed(4, 5))
  local function none() local c <close> = C("none") end
  print(none())
  local function dots(...) local c <close> = C("dots") return ... end
  print(dots(7, 8))
  local function captured(x) local get = function() return x end local c <close> = C("captured") x = x + 1 return get end
  print(captured(1)())
  local i = 0
  ::top::
  do
    local c <close> = C(i)
    i = i + 1
    if i < 3 then goto top end
  end
  repeat local c <close> = C("until") local done = i > 2 until done
  while true do local c <close> = C("while") do break end end
  for j = 1, 2 do local c <close> = C("for") if j == 1 then goto continue end print(j) ::continue:: end
  local function each(n) local k = 0 return function() k = k + 1 if k <= n then return k end end, nil, nil, C("each") end
  for k in each(2) do print(k) end
  for k in each(9) do if k == 2 then break end end
  print((function() for k in each(9) do for l in each(9) do if l == 2 then return k + l end end end end)())
  print(pcall(function() for k in each(9) do local c <close> = C("inner") error({} and "thrown", 0) end end))
  print(pcall(function() local c <close> = 1 end))
  local o <close> = nil
  local p <close> = false
  print(select("#", (function() local q <close> = C("q") return end)()))
end
