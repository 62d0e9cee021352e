-- Functions __index and __newindex at the same place of a program again and again, while all changes that they depend on.
local function get(o) return o.name end
local function method(o) return pcall(function() return o:name() end) end
local function at(o, k) return o[k] end
local function one(o) return o[1] end
local function set(o, v) o.name = v end
local function put(o, k, v) o[k] = v end
local function put_one(o, v) o[1] = v end
local function times(f, ...)
  local last
  for _ = 1, 5 do last = f(...) end
  return last
end

-- The function becomes another one, a table, nothing, and a function again.
local mt = { __index = function(_, k) return "first " .. k end }
local o = setmetatable({}, mt)
print(times(get, o), times(at, o, 7), times(at, o, "name"), times(one, o))
mt.__index = function(t, k) return rawequal(t, o), "second " .. k end
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = { name = "of a table", [7] = "seven", "one" }
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = nil
print(times(get, o), times(at, o, 7), times(one, o))
mt.__index = function(_, k) return k end
print(times(get, o), times(at, o, 7), times(one, o))

-- The object gets the field itself, and loses it.
o.name, o[7] = "own", "own 7"
print(times(get, o), times(at, o, 7))
o.name, o[7] = nil, nil
print(times(get, o), times(at, o, 7))
rawset(o, "name", false)
print(times(get, o))
rawset(o, "name", nil)
print(times(get, o))

-- Another metatable, of the same shape or another one; none; one whose slots move.
local twin = { __index = function() return "twin" end }
setmetatable(o, twin)
print(times(get, o), times(one, o))
setmetatable(o, { first = 1, __index = function() return "other shape" end })
print(times(get, o), times(one, o))
setmetatable(o, nil)
print(times(get, o), times(one, o))
setmetatable(o, mt)
for i = 1, 300 do
  mt["field" .. i] = i
  if get(o) ~= "name" then print("lost at", i) end
end
print(times(get, o))

-- Objects of several kinds at one place, some without the function.
local kinds = {
  setmetatable({}, { __index = function(_, k) return "a " .. k end }),
  { name = "plain" },
  setmetatable({ name = "both" }, { __index = error }),
  setmetatable({ x = 1 }, { __index = function(t, k) return t.x .. k end }),
  setmetatable({}, { __index = setmetatable({}, { __index = function(t, k) return type(t) .. " behind " .. k end }) }),
  {},
}
for round = 1, 100 do
  for i, each in ipairs(kinds) do
    local found = get(each)
    if round == 1 or round == 100 then io.write(tostring(found), i == #kinds and "\n" or ", ") end
  end
end
print(times(at, kinds[5], 1), times(at, kinds[5], "y"), times(at, kinds[5], 2.5))

-- A table in the place of the function is indexed, even if it can be called; what cannot be indexed is an error.
mt.__index = setmetatable({}, { __call = function() return "called" end, __index = function() return "indexed" end })
print(times(get, o), times(at, o, 3))
mt.__index = 5
print(pcall(get, o))
print(pcall(at, o, 1))
mt.__index = "a string"
print(times(get, o), times(at, o, "len") == string.len)

-- Methods, and errors in the middle.
mt.__index = function(_, k) return function(self) return k, self == o end end
for _ = 1, 3 do print(method(o)) end
mt.__index = function(_, k) error("no " .. k, 0) end
for _ = 1, 3 do print(pcall(get, o)) end
print(pcall(at, o, 12))
mt.__index = function() return nil end
print(method(o))

-- Storing: the same.
local log = {}
local function note(t, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end
local wm = { __newindex = note }
local w = setmetatable({}, wm)
times(set, w, 1)
times(put, w, 1, 2)
times(put, w, "name", 3)
times(put_one, w, 4)
print(table.concat(log, " "), next(w))
log = {}
wm.__newindex = function(t, k, v) rawset(t, k, v) end
times(set, w, 5)
times(put, w, 1, 6)
print(w.name, w[1])
wm.__newindex = note
times(set, w, 7)
times(put_one, w, 8)
print(w.name, w[1], #log)
w.name, w[1] = nil, nil
times(set, w, 9)
times(put_one, w, 10)
print(w.name, w[1], table.concat(log, " "))
log = {}
local store = {}
wm.__newindex = store
times(set, w, 11)
times(put_one, w, 12)
print(next(w), store.name, store[1])
wm.__newindex = setmetatable({}, wm)
wm.__newindex = setmetatable({}, { __newindex = note })
times(set, w, 13)
times(put, w, 1, 14)
print(next(w), table.concat(log, " "))
wm.__newindex = nil
times(set, w, 15)
times(put_one, w, 16)
print(w.name, w[1])
print(pcall(put, setmetatable({}, wm), nil, 1))
print(pcall(put, setmetatable({}, wm), 0 / 0, 1))
wm.__newindex = function(_, k) log = k end
put(setmetatable({}, wm), 0 / 0, 1)
print(log ~= log)
put(setmetatable({}, wm), nil, 1)
print(log)
wm.__newindex = true
print(pcall(set, setmetatable({}, wm), 1))
print(pcall(put, setmetatable({}, wm), 1, 1))

-- Elements of tables that have a metatable without these functions.
local List = {}
List.__index = List
local list = setmetatable({}, List)
for i = 1, 20 do list[i] = i * i end
print(#list, list[20], list[21], list.none, List[1])
List.__newindex = function(t, k, v) rawset(t, k, -v) end
for i = 15, 25 do list[i] = i end
print(#list, list[15], list[21], list[25])

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
