-- The parts of the libraries that call functions of the guest, in its own language, over native functions.
-- `native` has all native functions by name: "string.sub", "type", "native.attach". A native function that needs more
-- than it can do calls the function that is attached to it, with the same arguments, which it has checked.
-- Tracebacks and messages tell these functions as the native ones that they belong to. In front of the
-- message of `fail` stands the position where the guest called the library; `wrong` tells what is wrong with an argument.

local native = ...
local attach, fail, wrong = native["native.attach"], native["native.fail"], native["native.wrong"]
local metafield = native["native.metafield"]
local type, select, next, tostring = native["type"], native["select"], native["next"], native["tostring"]
local sub, concat, unpack = native["string.sub"], native["table.concat"], native["table.unpack"]

math.pi = 3.14159265358979323846
math.huge = 1e999
math.maxinteger = 0x7fffffffffffffff
math.mininteger = 0x8000000000000000
math.randomseed()

local types = {"nil", "boolean", "number", "string", "table", "function", "thread", "userdata"}
for i = 1, #types do attach(type, i, types[i]) end

-- basic functions

local function text_of(value)
  local made = metafield(value, "__tostring")
  if made == nil then return tostring(value) end
  made = made(value)
  local kind = type(made)
  if kind == "string" then return made end
  if kind ~= "number" then fail("'__tostring' must return a string") end
  return tostring(made)
end

attach(tostring, 1, function(value)
  return (text_of(value))
end)

local put = native["native.put"]

attach(native["print"], 1, function(...) -- each text is printed before the next one is made
  local values = {...}
  for i = 1, select("#", ...) do
    local text = text_of(values[i])
    if i > 1 then put("\t") end
    put(text)
  end
  put("\n")
end)

local function pass(...) return ... end -- so that the caller's frame stays
local file_loaded = native["native.file_loaded"]

function dofile(...)
  return pass(file_loaded(...)())
end

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

local gsub_steps, gsub_step, gsub_captures =
  native["native.gsub_steps"], native["native.gsub_step"], native["native.gsub_captures"]

attach(native["string.gsub"], 1, function(source, pattern, replacement, most)
  local step = gsub_steps(source, pattern, most, gsub_step)
  local calls = type(replacement) == "function"
  local a, b, c, d = step()
  while a ~= nil do
    local value
    if not calls then
      value = replacement[a]
    elseif b == nil then
      value = replacement(a)
    elseif c == nil then
      value = replacement(a, b)
    elseif d == nil then
      value = replacement(a, b, c)
    else
      value = replacement(gsub_captures(step))
    end
    a, b, c, d = step(value)
  end
  return b, c
end)

local format = native["string.format"]

attach(format, 1, function(place, ...)
  local values = {...}
  values[place + 1] = text_of(values[place + 1])
  return format(unpack(values, 1, select("#", ...)))
end)

attach(native["utf8.codes"], 1, native["native.utf8_next"])
attach(native["utf8.codes"], 2, native["native.utf8_next_lax"])
utf8.charpattern = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*"

-- table

local tointeger, ult = native["math.tointeger"], native["math.ult"]

local function length(t)
  return tointeger(#t) or fail("object length is not an integer")
end

attach(native["table.insert"], 1, function(t, ...)
  local count, place = select("#", ...), ...
  local last = length(t) + 1
  if count == 1 then
    t[last] = place
    return
  end
  if count ~= 2 then fail("wrong number of arguments to 'insert'") end
  if not ult(place - 1, last) then wrong(2, "position out of bounds") end
  local value = select(2, ...)
  while last > place do
    t[last] = t[last - 1]
    last = last - 1
  end
  t[place] = value
end)

attach(native["table.remove"], 1, function(t, place)
  local last = length(t)
  if place == nil then place = last end
  if place ~= last and ult(last, place - 1) then wrong(1, "position out of bounds") end
  local value = t[place]
  while place < last do
    t[place] = t[place + 1]
    place = place + 1
  end
  t[place] = nil
  return value
end)

attach(concat, 1, function(t, between, first, last)
  local size = length(t)
  if first == nil then first = 1 end
  if last == nil then last = size end
  local parts, count = {}, 0
  for i = first, last do
    local value = t[i]
    local kind = type(value)
    if kind ~= "string" and kind ~= "number" then
      fail("invalid value (" .. kind .. ") at index " .. i .. " in table for 'concat'")
    end
    count = count + 1
    parts[count] = value
  end
  return concat(parts, between, 1, count)
end)

attach(unpack, 1, function(t, first, last)
  if first == nil then first = 1 end
  if last == nil then last = length(t) end
  if first > last then return end
  local count = last - first + 1
  if count < 1 or count >= 1000000 then fail("too many results to unpack") end
  local values = {}
  for i = 1, count do values[i] = t[first + i - 1] end
  return unpack(values, 1, count)
end)

attach(native["table.move"], 1, function(source, first, last, to, target)
  if target == nil then target = source end
  if to > last or to <= first or source ~= target then
    for i = 0, last - first do target[to + i] = source[first + i] end
  else
    for i = last - first, 0, -1 do target[to + i] = source[first + i] end
  end
  return target
end)

-- Elements are read and written in the order in which lua5.4 does that, which metamethods see.
local function sort_range(t, less, first, last)
  while first < last do
    local low, high = t[first], t[last]
    if less(high, low) then
      t[first] = high
      t[last] = low
    end
    if last - first == 1 then return end
    local middle = (first + last) // 2
    local pivot = t[middle]
    low = t[first]
    if less(pivot, low) then
      t[middle] = low
      t[first] = pivot
    else
      high = t[last]
      if less(high, pivot) then
        t[middle] = high
        t[last] = pivot
      end
    end
    if last - first == 2 then return end
    pivot = t[middle]
    t[middle] = t[last - 1]
    t[last - 1] = pivot
    local up, down = first, last - 1
    local a, b
    while true do
      up = up + 1
      a = t[up]
      while less(a, pivot) do
        if up == last - 1 then fail("invalid order function for sorting") end
        up = up + 1
        a = t[up]
      end
      down = down - 1
      b = t[down]
      while less(pivot, b) do
        if down < up then fail("invalid order function for sorting") end
        down = down - 1
        b = t[down]
      end
      if down < up then break end
      t[up] = b
      t[down] = a
    end
    t[last - 1] = a
    t[up] = pivot
    if up - first < last - up then
      sort_range(t, less, first, up - 1)
      first = up + 1
    else
      sort_range(t, less, up + 1, last)
      last = up - 1
    end
  end
end

attach(native["table.sort"], 1, function(t, less)
  local last = length(t)
  if last > 0x7ffffffe then wrong(1, "array too big") end
  if last > 1 then sort_range(t, less or function(a, b) return a < b end, 1, last) end
end)
