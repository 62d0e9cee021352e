-- assert and its messages.
print(assert(1, 2, 3))
print(assert("x"))
print(pcall(assert, false))
print(pcall(assert, nil))
print(pcall(assert, nil, "message"))
print(pcall(assert, false, "message", "more"))
print(pcall(assert))
print(pcall(assert, nil, nil))
local t = {}
print(select(2, pcall(assert, false, t)) == t)
print(pcall(assert, false, 42))
print(select("#", assert(1, nil, nil)))
print(pcall(function() assert(false, "no position added") end))
