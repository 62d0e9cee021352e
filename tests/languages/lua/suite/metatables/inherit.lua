-- Classes: inheritance over several levels, fields of the class and of objects, overridden methods.
local function class(parent)
  local c = {}
  c.__index = c
  c.new = function(...)
    local o = setmetatable({}, c)
    if o.init then o:init(...) end
    return o
  end
  return setmetatable(c, { __index = parent, __call = function(_, ...) return c.new(...) end })
end
local Animal = class()
function Animal:init(name) self.name = name end
function Animal:speak() return self.name .. " says " .. self:sound() end
function Animal:sound() return "nothing" end
local Dog = class(Animal)
function Dog:sound() return "woof" end
local Puppy = class(Dog)
function Puppy:init(name, age) Animal.init(self, name); self.age = age end
function Puppy:sound() return Dog.sound(self):upper() end
for _, a in ipairs({ Animal("thing"), Dog("rex"), Puppy("bit", 1) }) do print(a:speak(), a.age) end
Animal.legs = 4
local d = Dog("x")
print(d.legs, Puppy.legs)
d.legs = 3
print(d.legs, Animal.legs, Dog("y").legs)
function Dog:sound() return "changed" end
print(d:speak(), Puppy("z"):speak())
Animal.__tostring = function(s) return "animal " .. s.name end
print(tostring(Animal("t")), (tostring(Dog("t")):gsub("0x%x+", "ADDRESS")))
Dog.__eq = function(a, b) return a.name == b.name end
print(Dog("a") == Dog("a"), Dog("a") == Dog("b"))
