-- String literals: escapes, both quotes, line ends, long brackets.
print("a\tb\\c\"d\'e", 'single "double"', "double 'single'")
print("\65\066\x41\x7a\u{41}\u{20ac}\u{10FFFF}", #"\0\00\000", "\z
      skipped", "a\z   b")
print("line\
break", 'x\nY')
print([[long
string]], [==[with ]] and ]=] in it]==], [[
first line end dropped]], #[[

]])
print(#"\a\b\f\n\r\t\v", ("\a\b\f\n\r\t\v"):byte(1, -1))
print([[no \n escapes]], [=[]]]=], "")
print("\x00\xff" == "\0\255", "\1234", "\0123" == "\12" .. "3")
print(#"é", "\xc3\xa9" == "é", "日本")
local s = "embedded\0zero"
print(#s, s:sub(9, 9) == "\0")
print(("%q"):format("a\nb\0c\"d\\"))
print("-- no comment", [[--[[ no comment]].."]]")
