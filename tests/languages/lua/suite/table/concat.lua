-- table.concat.
print(table.concat({}), table.concat({}, ","), table.concat({ 1 }), table.concat({ 1, 2, 3 }, ", "), table.concat({ 1, 2.5, "x" }))
print(table.concat({ 1, 2, 3 }, "-", 2), table.concat({ 1, 2, 3 }, "-", 2, 2), table.concat({ 1, 2, 3 }, "-", 3, 2), table.concat({ 1, 2, 3 }, "-", 1, 3))
print(table.concat({ [5] = "a", [6] = "b" }, "+", 5, 6), table.concat({ "a", "b" }, 1), table.concat({ "x", "y" }, "\0") == "x\0y")
print(pcall(table.concat, { 1, {}, 3 }))
print(pcall(table.concat, { 1, nil, 3 }, ",", 1, 3))
print(pcall(table.concat, { true }))
print(pcall(table.concat, { 1 }, {}))
print(pcall(table.concat, { 1 }, ",", "x"))
print(pcall(table.concat))
local big = {}
for i = 1, 5000 do big[i] = i end
print(#table.concat(big), #table.concat(big, ", "))
print(table.concat({ math.maxinteger, math.mininteger, 1e100, -0.0, 2^53 }, " "))
print(#table.concat({ ("x"):rep(10000), ("y"):rep(10000) }, ("-"):rep(100)))
print(table.concat({ 1, 2 }, ",", math.maxinteger), table.concat({}, "x", math.maxinteger, math.maxinteger - 1))
print(table.concat(setmetatable({}, { __index = { "p", "q" }, __len = function() return 2 end }), "/"))
