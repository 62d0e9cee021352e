-- gmatch: words, captures, positions, empty matches, start, anchors.
for w in ("one two  three"):gmatch("%a+") do io.write(w, ".") end print()
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, " ") end print()
for p in ("abc"):gmatch("()") do io.write(p, " ") end print()
for m in ("abc"):gmatch("") do io.write("[", m, "]") end print()
for m in ("aXbX"):gmatch("%l*") do io.write("[", m, "]") end print()
for m in ("hello"):gmatch("l", 4) do io.write(m, " ") end print()
for m in ("hello"):gmatch(".", -2) do io.write(m, " ") end print()
for m in ("aaa"):gmatch("^a") do io.write(m, " ") end print()
for a, b in ("abcd"):gmatch("(.)(.)") do io.write(a, "-", b, " ") end print()
for m in (""):gmatch(".*") do io.write("[", m, "]") end print()
for m in ("x"):gmatch("y") do io.write("never") end print()
local f = ("a b"):gmatch("%a")
print(f(), f(), f(), f())
local n = 0
for _ in ("x"):rep(1000):gmatch("x") do n = n + 1 end
print(n, type(("x"):gmatch("x")))
print(pcall(string.gmatch, "x"))
print(pcall(string.gmatch, nil, "x"))
print(pcall(function() for _ in ("x"):gmatch("(") do end end))
local nested = {}
for line in ("a,b\nc,d\n"):gmatch("([^\n]*)\n") do for cell in line:gmatch("[^,]+") do nested[#nested + 1] = cell end end
print(table.concat(nested, "|"))
