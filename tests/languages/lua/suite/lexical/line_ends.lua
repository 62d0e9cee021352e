-- Line ends of all kinds count as one; blanks of all kinds; a chunk may be empty.
local function line(text) return select(2, pcall(load(text, "=text"))) end
print(line("\nerror('x')"), line("\r\nerror('x')"), line("\rerror('x')"), line("\n\rerror('x')"))
print(line("\n\nerror('x')"), line("\r\n\r\nerror('x')"), line("\r\rerror('x')"), line("\n\r\n\rerror('x')"))
print(load("return '\\\r\nx'")() == "\nx", load("return [[\r\na\rb\n\rc]]")() == "a\nb\nc")
print(load("")(), load(" \t\v\f\n ")(), load(";;;")(), load("--")())
print(load("\f return \v 1 \t;")())
print(load("# first line is not skipped here"))
print(load("return 1 -- no line end at the end")())
print(load("return 1;;"))
