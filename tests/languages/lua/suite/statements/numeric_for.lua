-- Numeric for: integers, floats, steps, limits, overflow.
local function show(first, last, step)
  local out = {}
  for i = first, last, step or 1 do out[#out + 1] = tostring(i); if #out >= 6 then break end end
  print(table.concat(out, " "))
end
show(1, 3) show(3, 1) show(3, 1, -1) show(1, 10, 4) show(1, 1) show(-3, -1) show(0, -10, -5)
show(1.0, 3) show(1, 3.5) show(1, 2, 0.25) show(3, 1, -0.5) show(0.1, 0.5, 0.1)
show(1, 3.9) show(1, -0.5) show(-1, -3.9, -1)
show(math.maxinteger - 2, math.maxinteger) show(math.mininteger + 2, math.mininteger, -1)
show(math.maxinteger - 1, math.huge) show(math.mininteger, -math.huge, -1) show(1, -math.huge) show(1, math.huge)
show(math.maxinteger - 5, math.maxinteger, 4) show(math.mininteger, math.maxinteger, math.maxinteger)
show(1, 0 / 0) show(1, 1e100) show(-1, -1e100, -1) show(1.5, 1e100, 1e99)
show(2^53, 2^53 + 2) show(1, 3, math.maxinteger) show(3, 1, math.mininteger)
for i = 1, 3 do local j = i; i = i * 10; io.write(j, ":", i, " ") end
print()
local n = 3
for i = 1, n do n = 10; io.write(i, " ") end
print(n)
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 1; return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
for i = 1, 0 do error() end
for i = 10, 1 do error() end
local calls = 0
local function limit() calls = calls + 1; return 3 end
for _ = limit(), limit() + 2, limit() do end
print(calls)
print(math.type((function() for i = 1, 2.5 do return i end end)()), math.type((function() for i = 1, 2, 1.0 do return i end end)()))
