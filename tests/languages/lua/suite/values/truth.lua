-- Only nil and false are false.
for _, value in ipairs({ 0, 0.0, "", "false", {}, print, true, 0 / 0 }) do
  print(value and "true" or "false")
end
print(nil and 1, false and 1, nil or 2, false or 3)
print(not nil, not false, not 0, not "", not {})
if 0 then print("0 is true") else print("0 is false") end
local t = { false }
print(t[1] == false, t[1] == nil, t[2] == nil)
print(1 and 2 and 3, 1 and nil and 3, nil or false, false or nil)
print((nil == false), not nil == not false)
