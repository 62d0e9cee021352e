-- Functions __index and __newindex that yield, die, serve for globals and strings, and stand in tracebacks.
local function get(o) return o.name end
local function set(o, v) o.name = v end
local function at(o, k) return o[k] end
local function one(o) return o[1] end
local function put(o, k, v) o[k] = v end
local function put_one(o, v) o[1] = v end

-- Functions that yield.
local y = setmetatable({}, {
  __index = function(_, k) return coroutine.yield("get " .. tostring(k)) end,
  __newindex = function(_, k, v) coroutine.yield("set " .. tostring(k) .. " " .. tostring(v)) end,
})
local co = coroutine.wrap(function()
  for i = 1, 3 do
    set(y, i)
    put(y, i, i)
    put_one(y, i)
    print(get(y), at(y, i), at(y, "k"), one(y))
  end
  return "done"
end)
local answer = co()
while answer ~= "done" do
  answer = co("<" .. answer .. ">")
end

-- Metatables that die, and others in their places.
local sum = 0
for i = 1, 2000 do
  local each = setmetatable({}, { __index = function(_, k) return i end, __newindex = function(_, k, v) sum = sum + v end })
  sum = sum + get(each) + at(each, 1)
  set(each, 1)
  put_one(each, 1)
  if i % 500 == 0 then collectgarbage() end
end
print(sum)

local log
-- Global variables, and strings.
local env = setmetatable({}, { __index = function(_, k) return k .. "?" end, __newindex = function(_, k, v) log = k .. v end })
local global = load("made = ...; return unknown", "global", "t", env)
for i = 1, 3 do print(global(i), log, rawget(env, "made")) end
getmetatable("").__index = function(s, k) return s .. k end
for _ = 1, 3 do print(get("s "), at("t ", 1)) end
getmetatable("").__index = string
print(("x"):rep(3))

-- What a traceback says of them.
local deep = setmetatable({}, { __index = function() error("inside") end, __newindex = function() error("inside") end })
print((select(2, xpcall(get, debug.traceback, deep)):gsub("\n%s+%[C%][^\n]*", "")))
print((select(2, xpcall(put, debug.traceback, deep, 1, 1)):gsub("\n%s+%[C%][^\n]*", "")))
local function recurse(t) return t.name end
local loop = setmetatable({}, { __index = function(t) return recurse(t) .. "" end })
print(select(2, pcall(recurse, loop)):match("stack overflow"))
