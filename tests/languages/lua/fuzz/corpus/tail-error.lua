local function fails(v)
  return error(v)
end
local function checks(v)
  return assert(v, 'assertion')
end
for i = 1, 3 do
  try(fails, 'text')
  try(fails, {i})
  try(checks, nil)
  try(checks, i)
  try(function() return fails(i) end)
  try(function() return string.rep() end)
  try(coroutine.wrap(function() return error('in coroutine') end))
end
print("end")
