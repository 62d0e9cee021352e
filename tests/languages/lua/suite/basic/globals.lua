-- All the names that the libraries define.
local function names(t)
  local out = {}
  for k in pairs(t) do out[#out + 1] = tostring(k) end
  table.sort(out)
  return table.concat(out, " ")
end
for _, lib in ipairs({ "coroutine", "debug", "io", "os", "package", "string", "table", "utf8" }) do
  print(lib, names(_G[lib]))
end
local missing = {}
for name in ([[abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random
  randomseed sin sqrt tan tointeger type ult]]):gmatch("%a+") do
  if math[name] == nil then missing[#missing + 1] = name end
end
for name in ([[assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math next os package
  pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn
  xpcall]]):gmatch("%a+") do
  if _G[name] == nil then missing[#missing + 1] = name end
end
print(#missing, table.concat(missing, " "))
for _, lib in ipairs({ "coroutine", "debug", "io", "math", "os", "string", "table", "utf8" }) do
  io.write(tostring(package.loaded[lib] == _G[lib]), " ")
end
print(package.loaded._G == _G)
