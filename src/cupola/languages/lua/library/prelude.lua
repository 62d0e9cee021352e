-- The parts of the libraries that call functions of the guest, in its own language, over native functions.
-- `native` has all native functions by name: "string.sub", "type", "native.attach". A native function that needs more
-- than it can do calls the function that is attached to it, with the same arguments, which it has checked.
-- Tracebacks and messages tell these functions as the native ones that they belong to. `fail` gets the level whose
-- position stands in front of the message: 2 is the caller of the function in which it is called.

local native = ...
local attach, fail, metafield = native["native.attach"], native["native.fail"], native["native.metafield"]
local type, select, next, tostring = native["type"], native["select"], native["next"], native["tostring"]
local sub, concat, unpack = native["string.sub"], native["table.concat"], native["table.unpack"]

math.pi = 3.14159265358979323846
math.huge = 1e999
math.maxinteger = 0x7fffffffffffffff
math.mininteger = 0x8000000000000000

local types = {"nil", "boolean", "number", "string", "table", "function", "thread", "userdata"}
for i = 1, #types do attach(type, i, types[i]) end

-- basic functions

local function text_of(value, level)
  local made = metafield(value, "__tostring")
  if made == nil then return tostring(value) end
  made = made(value)
  local kind = type(made)
  if kind == "string" then return made end
  if kind ~= "number" then fail("'__tostring' must return a string", level) end
  return tostring(made)
end

attach(tostring, 1, function(value)
  return (text_of(value, 3))
end)

local print = native["print"]

attach(print, 1, function(...)
  local texts, count = {...}, select("#", ...)
  for i = 1, count do texts[i] = text_of(texts[i], 3) end
  print(unpack(texts, 1, count))
end)

attach(native["pairs"], 1, function(t)
  local f, state, first = metafield(t, "__pairs")(t)
  return f, state, first
end)
attach(native["pairs"], 2, next)

attach(native["ipairs"], 1, native["native.ipairs_next"])
attach(native["native.ipairs_next"], 1, function(t, i)
  i = i + 1
  local value = t[i]
  if value == nil then return nil end
  return i, value
end)

-- math

attach(native["math.max"], 1, function(found, ...)
  local values = {...}
  for i = 1, select("#", ...) do
    if found < values[i] then found = values[i] end
  end
  return found
end)

attach(native["math.min"], 1, function(found, ...)
  local values = {...}
  for i = 1, select("#", ...) do
    if values[i] < found then found = values[i] end
  end
  return found
end)

-- string

attach(native["string.gmatch"], 1, native["native.gmatch_next"])

local gsub_next = native["native.gsub_next"]

attach(native["string.gsub"], 1, function(source, pattern, replacement, most)
  local calls = type(replacement) == "function"
  local parts, count, done = {}, 0, 0
  local place, copied, last = 0, 0, -1

  local function replace(start, stop, first, ...)
    if start == nil then return false end
    local value
    if calls then value = replacement(first, ...) else value = replacement[first] end
    if value then
      local kind = type(value)
      if kind ~= "string" and kind ~= "number" then fail("invalid replacement value (a " .. kind .. ")", 3) end
      parts[count + 1] = sub(source, copied + 1, start)
      count = count + 2
      parts[count] = value
      copied = stop
    end
    done = done + 1
    place, last = stop, stop
    return true
  end

  if most > 1 and sub(pattern, 1, 1) == "^" then most = 1 end
  while done < most and replace(gsub_next(source, pattern, place, last)) do end
  if count == 0 then return source, done end
  parts[count + 1] = sub(source, copied + 1)
  return concat(parts), done
end)
