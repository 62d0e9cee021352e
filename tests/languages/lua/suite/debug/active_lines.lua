-- the lines of a function that have code

local function lines_of(f)
  local found = {}
  for line in pairs(debug.getinfo(f, "L").activelines) do found[#found + 1] = line end
  table.sort(found)
  return table.concat(found, " ")
end

local function first(a)
  local b = a

  if b then
    return 1
  end
end
local function second(...)
  return ...
end
print(lines_of(first))
print(lines_of(second))
print(lines_of(function() end))
print(lines_of(load("\n\nlocal a = 1\n\nreturn a")))
print(debug.getinfo(print, "L").activelines)

-- names of metamethods that run
local t = setmetatable({}, {
  __add = function() local i = debug.getinfo(1, "n") return i.namewhat .. " " .. i.name end,
  __index = function() local i = debug.getinfo(1, "n") return i.namewhat .. " " .. i.name end,
  __lt = function() local i = debug.getinfo(1, "n") print(i.namewhat, i.name) return true end,
})
print(t + 1, t.x, t < t)
