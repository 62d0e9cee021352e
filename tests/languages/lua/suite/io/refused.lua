-- What files and the system refuse: names with zeros in them, the wrong direction, odd arguments.
local name = os.tmpname()
local zeros = name .. "\0more"
print(pcall(loadfile, "not there\0x"))
print(pcall(dofile, "not there\0x"))
print(pcall(io.lines, "not there\0x"))
print(pcall(io.input, "not there\0x"))
print(io.open("not there\0x"))
print(os.remove("not there\0x"))
print(os.rename("not there\0x", "neither\0y"))
print(os.getenv("PATH\0x") == os.getenv("PATH"))
print(os.execute("exit 3\0x"))
print(io.popen("echo one\0x"):read("a"))
print(select(2, pcall(require, "not there\0x")):match("^[^\n]*"))
print(package.searchpath("x\0y", "/?/not/there\0z"))
print(package.searchpath("x", "/"))
print(os.setlocale("C\0x"))
print(pcall(load, "x = ", "a\0b"))
print(pcall(load, "x = \0", "=a\0b", "t\0b"))
print(load("x = \0"))

local f = io.open(zeros, "w\0x")
for _, format in ipairs {"n", "l", "L", "a", 0, 5} do print(f:read(format)) end
print(f:read())
f:write("12\nabc") f:close()
f = io.open(name)
print(pcall(f.read, f, -1))
print(f:read(1 << 30), f:read(1 << 30), f:read(0), f:read("a"))
print(f:write("x"))
print(f:seek("set", -1))
print(pcall(f.setvbuf, f))
print(pcall(f.seek, f, {}))
f:close()
for _, mode in ipairs {"rb", "rbb", "r+bb", "a+", "rb+", "r++", "+", "", "br", "r "} do
  print(mode, pcall(function() return io.type(io.open(name, mode)) end))
end
print(pcall(function() for _ in io.lines(name, "l", "x") do end end))
local lines = io.lines(name, "n", "l")
print(lines()) print(select("#", lines())) print(pcall(lines))

local pipe = io.popen("cat > /dev/null", "w")
print(pipe:read(0)) print(pipe:read("n")) print(pipe:seek()) print(pipe:close())
pipe = io.popen("echo 12 13")
print(pipe:write("x")) print(pipe:seek()) print(pipe:read("n", "n")) print(pipe:close())

io.output(name) io.output():close()
print(pcall(io.close)) print(pcall(io.write, "x")) print(pcall(io.flush)) io.output(io.stdout)
io.input(name) io.input():close()
print(pcall(io.lines)) print(pcall(io.read)) io.input(io.stdin)

local function numbers()
  local count = 0
  return function() count = count + 1 if count < 4 then return count end end
end
print(load(numbers()))
local pieces = {"return ", 1.5, "+", 2, ""}
local at = 0
print(load(function() at = at + 1 return pieces[at] end)())
print(pcall(load, print, {}))
print(pcall(load, 1.5, {}))
print(pcall(load, nil, {}))
print(pcall(os.exit, "x", true))
print(package.cpath)
os.remove(name)
