-- Tables: keys of every kind but nil and NaN, floats with whole values are integers.
local t = {}
t[1], t[1.5], t["1"], t[true], t[false] = "int", "float", "string", "true", "false"
print(t[1], t[1.0], t[1.5], t["1"], t[true], t[false], t[2])
t[2.0] = "two"
print(t[2], #t, next({ [3.0] = 1 }), math.type(next({ [3.0] = 1 })))
local f, u, th = print, {}, coroutine.create(print)
t[f], t[u], t[th] = "function", "table", "thread"
print(t[print], t[u], t[th], t[{}])
print(pcall(function() t[nil] = 1 end))
print(pcall(function() t[0 / 0] = 1 end))
print(t[nil], t[0 / 0])
print(pcall(rawset, t, nil, 1))
t[2^53] = "big"
print(t[9007199254740992], t[2^53 | 0])
t[-0.0] = "zero"
print(t[0], t[0.0])
t[1e300] = "huge"; print(t[1e300])
t[math.maxinteger], t[math.mininteger] = "max", "min"
print(t[math.maxinteger], t[math.mininteger], t[math.maxinteger + 0.0])
