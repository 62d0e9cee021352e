"""Sources that are refused, with the message that each gets."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from cupola.languages.lua.front import SyntaxProblem, compile_source, short_source
from tests.languages.lua.front.isa_verifier import verify

REFERENCE = "lua5.4"

CASES = [
    ("x = }", "1: unexpected symbol near '}'"),
    ("x y", "1: syntax error near 'y'"),
    ("if x then\n\n", "3: 'end' expected (to close 'if' at line 1) near <eof>"),
    ("if x then", "1: 'end' expected near <eof>"),
    ("f(1", "1: ')' expected near <eof>"),
    ("f(\n1", "2: ')' expected (to close '(' at line 1) near <eof>"),
    ("for x do", "1: '=' or 'in' expected near 'do'"),
    ("local 1", "1: <name> expected near '1'"),
    ("x = 'abc", "1: unfinished string near <eof>"),
    ("x = 'abc\n'", "1: unfinished string near ''abc'"),
    ("x = 'a\\q'", "1: invalid escape sequence near ''a\\q'"),
    ("x = [[\n", "2: unfinished long string (starting at line 1) near <eof>"),
    ("--[==[\n\n", "3: unfinished long comment (starting at line 1) near <eof>"),
    ("x = [==abc", "1: invalid long string delimiter near '[=='"),
    ("x = 3x", "1: malformed number near '3x'"),
    ("x = \x01", "1: unexpected symbol near '<\\1>'"),
    ("local x <const> = 1; x = 2", "1: attempt to assign to const variable 'x'"),
    ("local x <foo>", "1: unknown attribute 'foo'"),
    ("local x <close>, y <close> = 1", "1: multiple to-be-closed variables in local list"),
    ("break", "1: break outside loop at line 1"),
    ("goto l", "1: no visible label 'l' for <goto> at line 1"),
    ("do goto l end; local a ::l:: f()", "1: <goto l> at line 1 jumps into the scope of local 'a'"),
    ("::l:: do ::l:: end", "1: label 'l' already defined on line 1"),
    ("function f() return ... end", "1: cannot use '...' outside a vararg function near '...'"),
    ("x = 'a\\x1'", "1: hexadecimal digit expected near ''a\\x1''"),
    ("x = 'a\\65\\300'", "1: decimal escape too large near ''aA\\300''"),
    ("x = '\\u{110000000}'", "1: UTF-8 value too large near ''\\u{110000000'"),
    ("x = '\\u41'", "1: missing '{' near ''\\u4'"),
    ("x = '\\u{41'", "1: missing '}' near ''\\u{41''"),
    ("x = '\\u{}'", "1: hexadecimal digit expected near ''\\u{}'"),
    ("x = 'a\\\nb\\", "2: unfinished string near <eof>"),
    ("x = 'a\\z  \n  b\n'", "2: unfinished string near ''ab'"),
    ("x = 0x1p", "1: malformed number near '0x1p'"),
    ("return 1..2", "1: malformed number near '1..2'"),
    ("x = 'a\\65' 'b\\z  c'", "1: unexpected symbol near ''bc''"),
    ("x = [[a\nb]] [=[\nc\n]=]", "4: unexpected symbol near '[=[c\n]=]'"),
    ("f(1\n2", "2: ')' expected (to close '(' at line 1) near '2'"),
    ("f\n(\n1 2", "3: ')' expected (to close '(' at line 1) near '2'"),
    ("x = {\n1 2", "2: '}' expected (to close '{' at line 1) near '2'"),
    ("repeat\nx = 1", "2: 'until' expected (to close 'repeat' at line 1) near <eof>"),
    ("while x do\nend end", "2: <eof> expected near 'end'"),
    ("for i = 1 do end", "1: ',' expected near 'do'"),
    ("for a, 1 in x do end", "1: <name> expected near '1'"),
    ("for a.b in x do end", "1: '=' or 'in' expected near '.'"),
    ("for a in x end", "1: 'do' expected near 'end'"),
    ("if x the y end", "1: 'then' expected near 'the'"),
    ("function f(a, ..., b) end", "1: ')' expected near ','"),
    ("function f(a,) end", "1: <name> or '...' expected near ')'"),
    ("function f.a:b.c() end", "1: '(' expected near '.'"),
    ("function 1() end", "1: <name> expected near '1'"),
    ("local function a.b() end", "1: '(' expected near '.'"),
    ("local x <const", "1: '>' expected near <eof>"),
    ("x:y = 1", "1: function arguments expected near '='"),
    ("f() = 1", "1: syntax error near '='"),
    ("(f()) = 1", "1: syntax error near '='"),
    ("a, f() = 1", "1: syntax error near '='"),
    ("(a) , b", "1: syntax error near ','"),
    ("a, b", "1: '=' expected near <eof>"),
    ("a.b", "1: syntax error near <eof>"),
    ("'x':rep(2)", "1: unexpected symbol near ''x''"),
    ("return return", "1: unexpected symbol near 'return'"),
    ("return 1; x = 1", "1: <eof> expected near 'x'"),
    ("break x", "1: syntax error near <eof>"),
    ("goto 1", "1: <name> expected near '1'"),
    ("::a", "1: '::' expected near <eof>"),
    ("x = function", "1: '(' expected near <eof>"),
    ("x = a and", "1: unexpected symbol near <eof>"),
    ("x = a[1", "1: ']' expected near <eof>"),
    ("local x <const>, y = 1, 2; x = 1", "1: attempt to assign to const variable 'x'"),
    ("local x <close> = nil; function f() x = 1 end", "1: attempt to assign to const variable 'x'"),
    ("local x <const> = f(); function x() end", "1: attempt to assign to const variable 'x'"),
    ("local x <const> = 1; (x) = 2", "1: syntax error near '='"),
    ("\n\nbreak\n\n", "5: break outside loop at line 3"),
    ("while true do function f() break end end", "1: break outside loop at line 1"),
    ("goto l; do ::l:: end", "1: no visible label 'l' for <goto> at line 1"),
    ("::l:: function f() goto l end", "1: no visible label 'l' for <goto> at line 1"),
    ("goto l; local a; ::l:: a = 1", "1: <goto l> at line 1 jumps into the scope of local 'a'"),
    ("repeat goto l; local a; ::l:: until a", "1: <goto l> at line 1 jumps into the scope of local 'a'"),
    ("::l::\n\n::l::", "3: label 'l' already defined on line 3"),
]
ALLOWED = [
    "goto l; local a; ::l::",
    "goto l; local a; ::l:: ; ::m:: ;",
    "do goto l; local a; ::l:: end",
    "::l:: do local x; goto l end do ::m:: end do ::m:: end",
    "do ::l:: end ::l::",
    "function f() ::l:: end ::l::",
    "repeat local a; if a then break end until a",
    "local a <const> = 1; local a = 2; a = 3",
    "; ; return ;",
    "f'x'[1]{2}:m'y'.z = (1)",
    "local goto_, x <const> = 1, 'a' .. 1",
    "return (...), ...",
    "local x <close>, y <const> = f()",
    "x = a.b['c'].d[1](2)[-1]",
    "x = {1, 2; 3, [1] = 2; x = 1, f(),}",
    "x = 3 --[[ ]] --[==[ ]] ]==] + 4 -- 5",
    "",
]


@pytest.mark.parametrize(("source", "message"), CASES)
def test_messages(source: str, message: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        compile_source(source.encode("latin-1"), b"=input")
    assert caught.value.message.decode("latin-1") == f"input:{message}"


@pytest.mark.parametrize("source", ALLOWED)
def test_what_is_allowed(source: str) -> None:
    verify(compile_source(source.encode(), b"=input"))


@pytest.mark.peer
@pytest.mark.skipif(shutil.which(REFERENCE) is None, reason=f"{REFERENCE} is not installed")
def test_the_reference_says_the_same() -> None:
    loading = "local f, e = load(io.read('a'), '=input') io.write(f and 'none' or e)"
    for source, message in [*CASES, *((source, None) for source in ALLOWED)]:
        given = source.encode("latin-1")
        done = subprocess.run(
            [REFERENCE, "-e", loading], input=given, capture_output=True, timeout=20, check=True
        )
        assert done.stdout.decode("latin-1") == ("none" if message is None else f"input:{message}"), source


def test_names_of_sources_in_messages() -> None:
    assert short_source(b"@" + b"d/" * 50 + b"f.lua") == b"..." + (b"d/" * 50 + b"f.lua")[-56:]
    assert short_source(b"=" + b"n" * 70) == b"n" * 59
    assert short_source(b"x = 1") == b'[string "x = 1"]'
    assert short_source(b"x = 1\ny = 2") == b'[string "x = 1..."]'
    assert short_source(b"x" * 45) == b'[string "' + b"x" * 45 + b'..."]'
