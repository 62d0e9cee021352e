-- What formats read: numerals, long lines, bytes of all kinds, the end of a file.
local name = os.tmpname()
local function with(text, ...)
  local f <close> = io.open(name, "wb")
  f:write(text)
  f:flush()
  local r <close> = io.open(name, "rb")
  return r:read(...)
end
local function show(...)
  local values = table.pack(...)
  for i = 1, values.n do
    local v = values[i]
    values[i] = type(v) == "string" and (#v > 50 and "#" .. #v or ("%q"):format(v)) or math.type(v) and
      math.type(v):sub(1, 1) .. tostring(v) or tostring(v)
  end
  print(table.concat(values, " "))
end

for _, text in ipairs {
  "12", " -7 ", "+3", "0x1F", "0X.8p1", "1e5", "1e+5x", "1e", "0x", "x", ".", ".5", "5.", "-", "- 1", "1.2.3", "1_000",
  "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400", "0x1p-2", "inf", "nan", "", "  ",
  "\t\n\v\f\r42", "0xg", "00012", "1e-5e", "--1", ("1"):rep(199), ("1"):rep(200), ("1"):rep(201), (" "):rep(9000) .. "8",
  ("0"):rep(190) .. "5.25e1", "140737488355328", "-140737488355329", "1\0",
} do
  show(with(text, "n", "a"))
end
show(with("1 2\n3,4", "n", "n", "n", "n", "a"))
show(with("1 2\n3,4", "n", "l", 1, "L", "L"))

for _, length in ipairs {0, 1, 39, 40, 41, 4094, 4095, 4096, 4097, 8191, 8192, 65535, 65536, 65537, 200000} do
  local line = ("x"):rep(length)
  local a, b, c, d = with(line .. "\n" .. line .. "\nrest", "l", "L", "l", "l")
  print(length, a == line, b == line .. "\n", c, d)
  a, b, c = with("12" .. line, 2, "a", "a")
  print(a, b == line, c)
  a, b = with(line .. "\nz", length + 1, "l")
  print(#a, b, with(line, length, 1) == (length > 0 and line or nil))
end
show(with("a\0b\r\n\0\n", "l", "l", "l"))
show(with("\n\n", "L", "l", "L"))
show(with("", "a", "a", "l"))
show(with("", 0))
show(with("ab", 0, 1, 0, 5, 0))
show(with("ab", 2, 0, 1))
show(with("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "n", "n", "n", "n", "l", "l", "l", "L", "n", "n", "n"))
show(with("a\nb", "*l", "*L"))
show(with("a\nb", "lines", "all"))
show(with("a\nb"))
show(with("abc", 2.0))

local f = io.open(name, "w")
for i = 1, 5000 do f:write(i, " ", i / 2, " line ", i, "\n") end
f:close()
local count, sum = 0, 0
for a, b, rest in io.lines(name, "n", "n", "l") do
  count, sum = count + a, sum + b
  assert(rest == " line " .. a)
end
print(count, sum)
count = 0
for text in io.lines(name, 7) do count = count + #text end
print(count)
for text in io.lines(name, "a") do print(#text) break end
local f = io.open(name)
for line in f:lines("L") do
  if line:find("^4000 ") then break end
end
print(f:read("n", "l"), f:seek("cur"))
for line in f:lines() do count = line end
print(count, f:read("l"), io.type(f))
f:close()
os.remove(name)
