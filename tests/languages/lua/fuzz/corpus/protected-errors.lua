local log = {}
local function closing(name)
  return setmetatable({}, {__close = function(_, e) log[#log + 1] = name .. (type(e) == 'table' and 'table' or tostring(e)) end})
end
local function level(n, v)
  local c <close> = closing('c' .. n)
  if n == 0 then error(v, 0) end
  local r = level(n - 1, v)
  return r
end
for i = 1, 4 do
  try(level, i, i * 1.5)
  try(level, 2, nil)
  show(xpcall(level, function(m) return {m} end, 2, i))
  show(coroutine.resume(coroutine.create(level), 2, 'dead'))
  show(pcall(coroutine.wrap(level), 2, true))
  show(select('#', pcall(error)))
end
show(table.concat(log, ' '))
print("end")
