-- Captures that are forgotten and opened again when a match goes back; sets; where a match may begin; gsub step by step.
local function try(...) return (select(2, pcall(...))) end
print(("aaab"):match("(a*)(a)b"), ("aaab"):match("(a-)(a*)b"), ("abab"):match("(a(b))(%1)"), ("xay"):match("(x)?()a"))
print(("ab"):match("(a?)(a?)(b?)"), ("aab"):match("((a*)a)b"), ("aXbXc"):match("(.*)X(.*)"), ("aXbXc"):match("(.-)X(.*)"))
print(("abc"):match("((a)((b)(c)))"), ("abc"):match("()(a)()(b)()"), ("aaa"):match("^(a-)$"), ("[k]=v"):match("%[(%w+)%]=(%w*)"))
print(try(string.match, "ab", "(a"), try(string.match, "ab", "a)"), try(string.match, "ab", "(()"), ("zz"):match("(a"))
print(try(string.find, "ab", ("(a?)"):rep(33)), #{ ("ab"):find(("(a?)"):rep(32)) }, try(string.match, "ab", "(a%1)"))
for _, set in ipairs { "[a-c]", "[^a-c]", "[]]", "[^]]", "[a%-z]", "[%a_]", "[^%s%p]", "[%]]", "[%w%W]", "[a-]", "[-a]", "[z-a]" } do
  print(set, ("a]-z_ Q~\0\255"):gsub(set, "."), (("abc]-_"):find(set)), (("  ]]--"):match(set .. "+")))
end
print(try(string.find, "", "[a"), try(string.find, "x", "[]"), try(string.find, "x", "[%"), try(string.find, "x", "(%"))
print(("one two"):find("t"), ("one two"):find("()t"), ("a+b"):find("+", 1, true), ("a.b"):find("%."), ("abc"):find("c", -1), ("abc"):find("%d"))
print(("x = 1, y = 2"):gsub("(%w) = (%w)", function(a, b) return b .. "=" .. a end))
print(("abcdefgh"):gsub("(.)(.)(.)(.)", function(...) return select("#", ...) .. table.concat({ ... }, "-") end))
print(("abc"):gsub("%w", function() return "" end), ("abc"):gsub("", function() return "-" end), ("a b"):gsub("%w*", function(w) return "<" .. w .. ">" end))
print(("aaa"):gsub("^a", function() return "b" end), ("aaa"):gsub("a", function() return "b" end, 2), ("aaa"):gsub("a", function() return "b" end, 0))
print(("abc"):gsub("b", function() return 1.5 end), ("abc"):gsub("%w", function(c) return c == "b" and ("long "):rep(12) end))
print(try(string.gsub, "abc", "%w", function() return true end), try(string.gsub, "abc", "(%w", function() return "" end))
