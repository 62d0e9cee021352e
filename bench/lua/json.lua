-- Reads a text in JSON into tables, prints it again and compares: strings character by character, tables with string
-- keys and arrays, recursion. Expected: 21807 characters.

local Parser = {}
Parser.__index = Parser

local function parser(text)
  return setmetatable({ text = text, place = 1 }, Parser)
end

function Parser:fail(message)
  error("json: " .. message .. " at " .. self.place)
end

function Parser:skip_blanks()
  local text, place = self.text, self.place
  local byte = string.byte(text, place)
  while byte == 32 or byte == 10 or byte == 9 or byte == 13 do
    place = place + 1
    byte = string.byte(text, place)
  end
  self.place = place
  return byte
end

function Parser:expect(word, value)
  local last = self.place + #word - 1
  if string.sub(self.text, self.place, last) ~= word then
    self:fail("expected " .. word)
  end
  self.place = last + 1
  return value
end

local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

function Parser:string()
  local text = self.text
  local pieces = {}
  local start = self.place + 1
  local place = start
  while true do
    local byte = string.byte(text, place)
    if byte == 34 then
      pieces[#pieces + 1] = string.sub(text, start, place - 1)
      self.place = place + 1
      return table.concat(pieces)
    elseif byte == 92 then
      pieces[#pieces + 1] = string.sub(text, start, place - 1)
      local letter = string.sub(text, place + 1, place + 1)
      pieces[#pieces + 1] = ESCAPES[letter] or letter
      place = place + 2
      start = place
    elseif not byte then
      self:fail("the text ends in a string")
    else
      place = place + 1
    end
  end
end

function Parser:number()
  local text = self.text
  local place = self.place
  local byte = string.byte(text, place)
  while byte and (byte >= 48 and byte <= 57 or byte == 45 or byte == 46 or byte == 43 or byte == 101 or byte == 69) do
    place = place + 1
    byte = string.byte(text, place)
  end
  local number = tonumber(string.sub(text, self.place, place - 1))
  if not number then
    self:fail("expected a value")
  end
  self.place = place
  return number
end

function Parser:array()
  local array = {}
  self.place = self.place + 1
  if self:skip_blanks() == 93 then
    self.place = self.place + 1
    return array
  end
  while true do
    array[#array + 1] = self:value()
    local byte = self:skip_blanks()
    self.place = self.place + 1
    if byte == 93 then
      return array
    elseif byte ~= 44 then
      self:fail("expected , or ]")
    end
  end
end

function Parser:object()
  local object = { keys = {}, values = {} }
  self.place = self.place + 1
  if self:skip_blanks() == 125 then
    self.place = self.place + 1
    return object
  end
  while true do
    if self:skip_blanks() ~= 34 then
      self:fail("expected a name")
    end
    local key = self:string()
    if self:skip_blanks() ~= 58 then
      self:fail("expected :")
    end
    self.place = self.place + 1
    object.keys[#object.keys + 1] = key
    object.values[key] = self:value()
    local byte = self:skip_blanks()
    self.place = self.place + 1
    if byte == 125 then
      return object
    elseif byte ~= 44 then
      self:fail("expected , or }")
    end
  end
end

function Parser:value()
  local byte = self:skip_blanks()
  if byte == 123 then
    return self:object()
  elseif byte == 91 then
    return self:array()
  elseif byte == 34 then
    return self:string()
  elseif byte == 116 then
    return self:expect("true", true)
  elseif byte == 102 then
    return self:expect("false", false)
  elseif byte == 110 then
    return self:expect("null", parser)
  end
  return self:number()
end

-- Printing; null is a value of its own

local NAMES = { ["\n"] = "\\n", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

local function print_string(text, out)
  out[#out + 1] = '"' .. string.gsub(text, '[\n\t"\\]', NAMES) .. '"'
end

local function print_value(value, out)
  if value == parser then
    out[#out + 1] = "null"
  elseif type(value) == "string" then
    print_string(value, out)
  elseif type(value) ~= "table" then
    out[#out + 1] = tostring(value)
  elseif value.keys then
    out[#out + 1] = "{"
    for i, key in ipairs(value.keys) do
      if i > 1 then
        out[#out + 1] = ","
      end
      print_string(key, out)
      out[#out + 1] = ":"
      print_value(value.values[key], out)
    end
    out[#out + 1] = "}"
  else
    out[#out + 1] = "["
    for i, each in ipairs(value) do
      if i > 1 then
        out[#out + 1] = ","
      end
      print_value(each, out)
    end
    out[#out + 1] = "]"
  end
end

local function document(count)
  local parts = {}
  for i = 1, count do
    parts[i] = string.format(
      '{"id":%d,"name":"item %d","size":[%d,%d.5,%d],"tags":["red","line\\nbreak","quote \\"%d\\"",[]],'
        .. '"open":%s,"parent":%s,"inner":{"x":%d,"deep":{"list":[1,2,3,[4,[5]]],"none":{}}}}',
      i, i * 7, i % 13, i % 5, -i, i, i % 2 == 0 and "true" or "false", i % 3 == 0 and "null" or '"up"', i * i)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local text = document(120)

function run()
  local length
  for _ = 1, 4 do
    local out = {}
    print_value(parser(text):value(), out)
    local printed = table.concat(out)
    if printed ~= text then
      error("json: the text is not the same")
    end
    length = #printed
  end
  return length
end
