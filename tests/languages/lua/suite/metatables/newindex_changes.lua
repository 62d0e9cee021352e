-- A function __newindex at the same places again and again, while all changes that they depend on.
local function set(o, v) o.name = v end
local function put(o, k, v) o[k] = v end
local function put_one(o, v) o[1] = v end
local function times(f, ...)
  local last
  for _ = 1, 5 do last = f(...) end
  return last
end

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
