-- The length operator; borders of tables.
print(#"", #"abc", #"a\0b", #{}, #{ 1, 2, 3 }, #{ n = 1 }, #{ 1, 2, nil }, #{ nil })
local t = {}
for i = 1, 100 do t[i] = i; assert(#t == i) end
for i = 100, 1, -1 do t[i] = nil; assert(#t == i - 1) end
print(#t)
t[1], t[2], t[3] = 1, 2, 3
t[#t + 1] = 4
t[#t + 1] = 5
print(#t, t[#t])
t[#t] = nil
print(#t)
local function border(u)
  local n = #u
  return (n == 0 or u[n] ~= nil) and u[n + 1] == nil
end
print(border({ 1, nil, 3 }), border({ nil, 2 }), border({ [1] = 1, [2] = 2, [4] = 4 }), border({ [5] = 1 }))
local back = {}
for i = 50, 1, -1 do back[i] = i end
print(#back)
local h = { [1] = 1, [2] = 2, [3] = 3 }
print(#h, #{ [1.0] = 1, [2.0] = 2 }, #{ table.unpack({}, 1, 10) })
print(#{ (function() return 1, 2, 3 end)() }, #{ (function() return 1, 2, 3 end)(), 10 }, -#"abc", #"a" + 1, #"ab" .. "c")
