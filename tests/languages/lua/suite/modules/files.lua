-- require of files, through package.path.
local base = os.tmpname()
local folder, stem = base:match("^(.*/)([^/]*)$")
local name = stem .. "_module"
local path = folder .. name .. ".lua"
local f = assert(io.open(path, "w"))
f:write("local name, file = ...\nlocal M = {}\nfunction M.hello() return 'hello' end\nM.args = { name, file }\nreturn M\n")
f:close()
package.path = folder .. "?.lua"
local m, where = require(name)
print(m.hello(), m.args[1] == name, m.args[2] == path, where == path)
print(require(name) == m, select("#", require(name)))
print(package.searchpath(name, package.path) == path)
package.loaded[name] = nil
print(require(name) == m)
f = assert(io.open(path, "w"))
f:write("x = = 1\n")
f:close()
package.loaded[name] = nil
local fine, message = pcall(require, name)
message = message:gsub(name:gsub("%p", "%%%0"), "NAME"):gsub(folder:gsub("%p", "%%%0"), "FOLDER/")
print(fine, message)
os.remove(path)
os.remove(base)
