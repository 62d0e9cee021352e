-- load: texts, functions, names, modes, environments.
print(load("return 1 + 1")())
print(load("syntax error here"))
print(load("return ...", "name", "t", {})(5))
local parts = { "return ", "1", " + ", "2" }
local i = 0
print(load(function() i = i + 1; return parts[i] end)())
i = 0
print(load(function() i = i + 1; return ({ "return 7", "" })[i] end)())
print(load(function() return nil end)())
print(pcall(load, function() return {} end))
print(pcall(load, function() error("reader", 0) end))
print(load("x = ", "=my name"))
print(load("x = ", "@my file"))
print(load("x = ", "my text"))
local env = { y = 5 }
print(load("x = y; return x", "c", "t", env)(), env.x, x)
print(load("return _ENV", "c", "t", env)() == env)
print(load("return y", "c", "t", nil)and pcall(load("return y", "c", "t", nil)))
print(load("return 1", "c", "b"))
print(pcall(load))
print(pcall(load, 5))
print(pcall(load, nil))
local f = load("local a <const> = 1; return function() return a end")
print(f()(), f() ~= f())
print(load("return 1", nil, nil, {})())
print(pcall(load("error('in chunk')", "=chunk")))
print(load("--") ~= nil, select("#", load("return")()))
