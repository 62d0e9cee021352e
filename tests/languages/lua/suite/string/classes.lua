-- Character classes, sets, ranges, complements; for all bytes.
for _, class in ipairs({ "%a", "%c", "%d", "%g", "%l", "%p", "%s", "%u", "%w", "%x", "%A", "%D", "%S", "%W", ".", "[%a_]", "[^%s]", "[a-f]", "[^a-f]", "[]]", "[^]]", "[%-x]", "[a-]", "[%a-z]", "[+-.]", "[%]]", "[a%-z]", "%.", "%%" }) do
  local count, sum = 0, 0
  for b = 0, 255 do
    if string.char(b):match("^" .. class .. "$") then count = count + 1; sum = sum + b end
  end
  print(class, count, sum)
end
print(("THE (quick) fox"):find("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"), ("[[x]]"):match("%b[]"), ("if x end"):match("%f[%w]%w+%f[%W]"))
print(("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print(("hello"):match("[a-h]+"), ("x-y"):match("[x%-]+"), ("a]b"):match("[]]"), ("a^b"):match("[b^]"), ("a-b"):match("[a-]+"))
print(("\128\200\255"):match("[\128-\255]+") == "\128\200\255", ("abc123"):match("[%d%a]+"), ("_x1"):match("^[%a_][%w_]*$"))
