-- debug.sethook: counts, lines, calls, returns.
local count = 0
debug.sethook(function(event) count = count + 1 end, "", 100)
for i = 1, 10000 do end
debug.sethook()
print(count > 10, debug.gethook())
local lines = {}
debug.sethook(function(event, line) lines[#lines + 1] = event .. line end, "l")
local a = 1
local b = 2
debug.sethook()
print(table.concat(lines, " "))
local events = {}
local function f() return 1 end
debug.sethook(function(event) events[#events + 1] = event end, "cr")
f()
debug.sethook()
print(table.concat(events, " "))
