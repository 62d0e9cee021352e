-- dofile can be left and entered again by coroutines

local path = os.tmpname()
local file = assert(io.open(path, "w"))
file:write("local x, z = coroutine.yield(10)\nlocal y = coroutine.yield(20)\nreturn x + y * z, 'last'\n")
file:close()
local f = coroutine.wrap(dofile)
print(f(path))
print(f(100, 101))
print(f(200))
os.remove(path)
print(pcall(dofile, "/no/such/file"))
print(pcall(dofile, {}))
print(debug.getinfo(dofile).what)
