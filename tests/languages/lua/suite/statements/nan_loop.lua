-- A float loop is left at once only if the limit is passed; NaN passes nothing.
local n = 0
for _ = 0 / 0, 1 do n = n + 1 end
print(n)
for _ = 1.0, 0 / 0 do n = n + 1 end
print(n)
for _ = 1, 0 / 0 do n = n + 1 end
print(n)
for _ = 1.0, 2.0, 0 / 0 do n = n + 1 end
print(n)
-- As the limit of a loop over integers it is not above 0: taken for the least integer.
n = 0
for _ = 1, 0 / 0, -1 do n = n + 1; if n == 3 then break end end
print(n)
for _ = math.mininteger + 1, 0 / 0, -1 do n = n + 1 end
print(n)
