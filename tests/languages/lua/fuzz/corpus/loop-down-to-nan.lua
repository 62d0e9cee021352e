try(function(...)
  for i1 = math.mininteger, 0/0, math.mininteger do
    local t2 <close> = setmetatable({}, {__close = function(e) show(e) end})
  end
end)
print("end")
