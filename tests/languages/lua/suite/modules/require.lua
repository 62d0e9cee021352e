-- require: preload, searchers, package.path, results.
package.preload.mine = function(...) print("loading", ...); return { v = 1 } end
local m, where = require("mine")
print(m.v, where)
print(require("mine") == m, package.loaded.mine == m)
package.preload.nothing = function() end
print(require("nothing"), package.loaded.nothing)
package.preload.no = function() return false end
print(require("no"), require("no"))
package.preload.sets = function(name) package.loaded[name] = "set by itself" end
print(require("sets"))
package.preload.fails = function() error("fails to load", 0) end
print(pcall(require, "fails"))
print(package.loaded.fails)
package.path, package.cpath = "./?.none;./?/init.none", "./?.nolib"
print(pcall(require, "not.there"))
print(pcall(require))
print(type(package.searchers), #package.searchers, type(package.searchpath))
table.insert(package.searchers, 2, function(name) if name == "magic" then return function(n, extra) return n .. extra end, "!" end return "\n\tno magic for " .. name end)
print(require("magic"))
print(package.config:sub(1, 1), #package.config > 5)
print(package.searchpath("not.there", "./?.a;./?.b"))
print(package.loaded.string == string, require("string") == string)
