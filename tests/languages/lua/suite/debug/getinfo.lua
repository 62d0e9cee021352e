-- debug.getinfo: sources, lines, names, kinds.
local function f(a, b, ...) local i = debug.getinfo(1, "nSlutf"); return i end
local i = f(1, 2, 3)
print(i.name, i.namewhat, i.short_src, i.source, i.what, i.linedefined, i.lastlinedefined, i.currentline)
print(i.nups, i.nparams, i.isvararg, i.istailcall, i.func == f)
local p = debug.getinfo(print)
print(p.what, p.short_src, p.source, p.currentline, p.linedefined, p.nparams, p.isvararg)
local m = debug.getinfo(1, "Sl")
print(m.what, m.currentline, m.linedefined)
print(debug.getinfo(100), pcall(debug.getinfo, "x"), pcall(debug.getinfo, 1, "X"))
local t = {}
function t.field() return debug.getinfo(1, "n") end
function t:method() return debug.getinfo(1, "n") end
local n = t.field() print(n.name, n.namewhat)
n = t:method() print(n.name, n.namewhat)
function glob() return debug.getinfo(1, "n") end
n = glob() print(n.name, n.namewhat)
local function tail() return debug.getinfo(1, "t").istailcall end
local function caller() return tail() end
print(caller())
local l = debug.getinfo(f, "L").activelines
local k = {} for line in pairs(l) do k[#k + 1] = line end table.sort(k) print(table.concat(k, " "))
local c = load("return 1", "=named") print(debug.getinfo(c, "S").source, debug.getinfo(c, "S").short_src, debug.getinfo(c, "S").what)
