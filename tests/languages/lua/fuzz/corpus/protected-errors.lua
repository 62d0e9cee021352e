local fuel = 3000
local function burn()
  fuel = fuel - 1
  if fuel < 0 then error("out of fuel", 0) end
end
local function text(v, depth)
  local kind = type(v)
  if kind == "number" then
    if v ~= v then return "nan" end
    return tostring(v)
  elseif kind == "string" then
    return (string.format("%q", v):gsub("\n", "n"))
  elseif kind == "table" then
    if depth > 2 then return "{...}" end
    local keys = {}
    for k in next, v do
      local word = type(k)
      if word == "number" or word == "string" or word == "boolean" then keys[#keys + 1] = k end
    end
    table.sort(keys, function(a, b)
      if type(a) ~= type(b) then return type(a) < type(b) end
      if type(a) == "boolean" then return a and not b end
      return a < b
    end)
    local parts = {}
    for i, k in ipairs(keys) do parts[i] = text(k, 9) .. "=" .. text(rawget(v, k), depth + 1) end
    return "{" .. table.concat(parts, " ") .. "}"
  elseif kind == "boolean" or kind == "nil" then
    return tostring(v)
  end
  return kind
end
local function show(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = text((select(i, ...)), 0) end
  print(table.concat(parts, " "))
end
local function try(f, ...)
  show(pcall(f, ...))
end
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
