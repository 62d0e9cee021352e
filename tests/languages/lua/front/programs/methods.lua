-- methods
local o = {n = 1} function o:add(i) self.n = self.n + i return self end function o.new(i) return {n = i, add = o.add} end
print(o:add(2):add(3).n, o.new(5):add(o.n).n)
