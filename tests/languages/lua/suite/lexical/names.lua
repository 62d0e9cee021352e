-- Names, keywords, and what is neither.
local _, _a1, A_b, aA = 1, 2, 3, 4
print(_, _a1, A_b, aA)
local And, AND, End = "And", "AND", "End"
print(And, AND, End)
local t = { ["end"] = 1, ["while"] = 2, goto_ = 3 }
print(t["end"], t["while"], t.goto_)
local function try(text) print((select(2, load(text, "=text")))) end
for _, word in ipairs({ "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
  "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" }) do
  try("local " .. word .. " = 1")
end
try("x = t.end")
try("1a = 2")
try("local a$ = 1")
try("x = @")
try("x = `a`")
try("é = 1")
try("x = a ! b")
try("a ~ = b")
