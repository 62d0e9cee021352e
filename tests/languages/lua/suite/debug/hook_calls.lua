-- debug.sethook: calls and returns, of native functions too, and what getinfo tells in a hook.
local out = {}
local function who(level)
  local i = debug.getinfo(level + 1, "nSl")
  return (i.name or "?") .. ":" .. i.what .. ":" .. i.currentline
end
local function hook(e, l) out[#out+1] = e .. "(" .. who(2) .. ")" end
local function show(name) print(name); print("  " .. table.concat(out, "\n  ")); out = {} end
local function f(a) return a end
local function g(a) return f(a) end
function glob(x) local y = f(x) return y end
debug.sethook(hook, "cr")
f(1)
debug.sethook() show("plain")
debug.sethook(hook, "cr")
glob(1)
string.rep("x", 3)
debug.sethook() show("native")
debug.sethook(hook, "cr")
local a = math.floor(2.5) + #tostring(12)
debug.sethook() show("expr")
debug.sethook(hook, "cr")
pcall(f, 1)
debug.sethook() show("pcall")
debug.sethook(hook, "cr")
pcall(error, "x")
debug.sethook() show("error")
debug.sethook(hook, "cr")
table.sort({2, 1}, function(a, b) return a < b end)
debug.sethook() show("sort")
debug.sethook(hook, "crl")
local s = ("x"):upper()
f(s)
debug.sethook() show("all")
print(debug.gethook())
debug.sethook(hook, "lrc", 5)
local h, m, c = debug.gethook()
debug.sethook()
print(h == hook, m, c)
