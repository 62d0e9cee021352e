-- A recursion without end is an error that can be caught, and the state is good afterwards.
local function forever(n) return 1 + forever(n + 1) end
local fine, message = pcall(forever, 1)
print(fine, message:match("stack overflow"))
local function list(t) t.n = t.n + 1; list(t); t.n = 0 end
local t = { n = 0 }
fine, message = pcall(list, t)
print(fine, message:match("stack overflow"), t.n > 1000)
local mt = {}
mt.__index = function(t, k) return 1 + t[k] end
fine, message = pcall(function() return setmetatable({}, mt).a end)
print(fine, (message:match("overflow")))
print(pcall(function() return "still " .. "fine" end))
local loop = {}
setmetatable(loop, { __index = loop })
print(pcall(function() return loop.x end))
fine, message = pcall(string.rep, "x", -1)
print(fine, message)
