-- The line that a message gives is that of the operation.
print(pcall(function()
  local t = {}
  t.x = 1
  t.y.z = 2
end))
print(pcall(function()
  local a = 1
    + 2
    + nil
end))
print(pcall(function()
  local f = 5
  f(
    1,
    2
  )
end))
print(pcall(function()
  local t = nil
  local x = {
    a = 1,
    b = t.c,
  }
end))
print(pcall(function()
  return 1 <
    {}
end))
print(pcall(function()
  local s = "a"
  return s
    ..
    {}
end))
print(pcall(load("\n\nlocal x = nil + 1", "=name")))
print(pcall(load("error('from a string')")))
print(pcall(load("error('from a file')", "@some/file.lua")))
print(pcall(load("\nerror('two')", "a text that is\nlonger than a line")))
print(pcall(load("error('long')", ("x"):rep(100))))
print(pcall(load("error('long')", "@" .. ("y"):rep(100))))
print(pcall(load("error('long')", "=" .. ("z"):rep(100))))
