-- Errors that end the coroutine of a function of coroutine.wrap: where they come out, and who catches them.
local wrap = coroutine.wrap
local function fails(value, level) return wrap(function() error(value, level) end) end
print(pcall(fails("plain")))
print(pcall(fails("no position", 0)))
print(pcall(function() fails("called by a function")() end))
print(pcall(function() return fails("tail called")() end))
print(pcall(function() local x = fails("the result is wanted")() return x end))
print(select("#", pcall(fails(nil))), pcall(fails(nil)))
print(pcall(fails(false)), pcall(fails(12)), pcall(fails(1.5)))
local object = setmetatable({}, {__tostring = function() return "object" end})
print(select(2, pcall(fails(object))) == object)
print(pcall(wrap(function() return nil + 1 end)))
print(pcall(function() wrap(function() local t t.x = 1 end)() end))
print(pcall(function() wrap(function() string.rep() end)() end))
-- one inside the other: each adds its position
print(pcall(function()
  local outer = wrap(function()
    local inner = wrap(function()
      error("deep")
    end)
    inner()
  end)
  outer()
end))
-- caught on the way
print(wrap(function() return pcall(fails("inside")) end)())
print(wrap(function()
  local ok, message = pcall(function() fails("further inside")() end)
  coroutine.yield(ok, message)
end)())
-- handlers see the stack of the call of the function, once for each pcall that is passed
print(xpcall(fails("handled"), function(message) return "<" .. message .. ">" end))
print(xpcall(function() fails("handled here")() end, function(message) return "<" .. message .. ">" end))
print(xpcall(wrap(function()
  return xpcall(fails("inner"), function(message) return "{" .. message .. "}" end)
end), print))
print(xpcall(fails("bad handler"), function() error("worse") end))
-- from a coroutine that was resumed
print(coroutine.resume(coroutine.create(function() fails("in a resumed one")() end)))
-- after a yield
local twice = wrap(function() coroutine.yield("first") error("second") end)
print(twice(), pcall(twice))
print(pcall(twice))
-- in metamethods, iterators and comparisons
print(pcall(function() return setmetatable({}, {__index = fails("index")}).x end))
print(pcall(function() return setmetatable({}, {__add = fails("add")}) + 1 end))
print(pcall(function() for _ in fails("iterator") do end end))
print(pcall(table.sort, {3, 2, 1}, fails("comparator")))
print(pcall(string.gsub, "abc", "b", fails("replacement")))
-- variables to be closed
print(pcall(function()
  wrap(function()
    local first <close> = setmetatable({}, {__close = function(_, e) print("closed for", e) end})
    local second <close> = setmetatable({}, {__close = function(_, e) print("closed for", e) error("closing") end})
    error("original")
  end)()
end))
-- many, and then one that works
for _ = 1, 300 do pcall(fails("again")) pcall(function() fails("and again")() end) end
print(wrap(function(a) return a end)("works"))
