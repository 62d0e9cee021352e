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
local function fails(v)
  return error(v)
end
local function checks(v)
  return assert(v, 'assertion')
end
for i = 1, 3 do
  try(fails, 'text')
  try(fails, {i})
  try(checks, nil)
  try(checks, i)
  try(function() return fails(i) end)
  try(function() return string.rep() end)
  try(coroutine.wrap(function() return error('in coroutine') end))
end
print("end")
