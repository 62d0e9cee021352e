-- utf8.codes on bytes that begin no character, and its iterator with odd arguments; borders of positions.
for _, s in ipairs {"\x80", "\x80\x80", "\x80a", "a\x80", "a\x80b", "\xe4\xb8\xad\x80", "\xe4\x80", "\xc0\x80a", "", "ab\x80\x80c", "\x80\x80ab"} do
  print(#s, pcall(function()
    local t = {}
    for p, c in utf8.codes(s) do t[#t + 1] = p .. ":" .. c end
    return table.concat(t, " ")
  end))
end
local it = utf8.codes("")
for _, s in ipairs {"\x80\x80ab", "abc", "a\x80b", "\x80"} do
  for _, n in ipairs {-1, 0, 1, 2, 3, 4, 5, math.mininteger, math.maxinteger, "1", 1.0, 1.5, "x", false, {}} do
    print(type(n), pcall(it, s, n))
  end
end
print(pcall(it)) print(pcall(it, "abc")) print(pcall(utf8.codes)) print(pcall(("x"):gmatch("."), {}))
for _, i in ipairs {math.mininteger, -2^63, math.maxinteger, 0, -1} do
  for _, j in ipairs {math.mininteger, -2^63, math.maxinteger, 0, -1} do
    print(pcall(utf8.len, "abc", i, j)) print(pcall(utf8.codepoint, "abc", i, j)) print(pcall(utf8.offset, "abc", i, j))
  end
end
