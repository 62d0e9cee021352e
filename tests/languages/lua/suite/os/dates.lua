-- Times at the borders of what C reckons with, tables with metamethods, formats that are refused.
print(os.time {year = 2147483647, month = 5, day = 17, sec = 17})
print(os.time {year = 2147485547, month = 12, day = 17})
print(pcall(os.time, {year = 2147485548, month = 12, day = 17}))
print(pcall(os.time, {year = 1969, month = 12, day = 31, hour = 23, min = 59, sec = 59}))
local function show(t)
  for _, k in ipairs {"year", "month", "day", "hour", "min", "sec", "wday", "yday", "isdst"} do io.write(k, "=", tostring(t[k]), " ") end
  print()
end
local t = {year = 2021, month = -5, day = 400, hour = -100, min = 1e3, sec = "61", isdst = false}
print(os.time(t)) show(t)
t = setmetatable({year = 2020}, {__index = {month = 14, day = 3}})
print(os.time(t)) show(t)
t = setmetatable({}, {
  __index = function(_, k) io.write("?", k, " ") return ({year = 2020, month = 1, day = 1})[k] end,
  __newindex = function(t, k, v) io.write(k, "=", tostring(v), " ") rawset(t, k, v) end,
})
print(os.time(t))
print(pcall(os.time, setmetatable({}, {__index = function(_, k) error("no " .. k) end})))
print(pcall(os.time, setmetatable({}, {__index = 5})))
for _, k in ipairs {"year", "month", "day", "hour", "min", "sec"} do
  for _, v in ipairs {1e100, -1e100, 2^63, 1.5, "x", "1.0", "0x10", 2^31 + 1900, {}, true, math.mininteger} do
    local t = {year = 2020, month = 1, day = 1}
    t[k] = v
    print(k, type(v), pcall(os.time, t))
  end
end
for _, f in ipairs {"%Q", "%Qabc", "%E", "%Eabc", "%Ez", "%OO", "%Y%Q%d", "%", "a%", "%E%", "%-d", "%5d", "%\0", "!%Q", "*tx", "\0", "%%"} do
  print(pcall(os.date, f, 0))
end
show(os.date("*t\0x", 0)) show(os.date("!*t", 951827696))
print(pcall(os.date, "%c", 2^60)) print(pcall(os.date, "*t", 67768036191676800)) print(pcall(os.date, "%c", 1.5))
print(os.date("%Y %m %d", 67767976233532799)) print(os.date("!%c", -1)) print(os.date("!%x %X %p %D %Ey %Od", 1e9))
