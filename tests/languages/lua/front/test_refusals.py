"""Sources that are refused, with the message that each gets."""

from __future__ import annotations

import pytest

from cupola.languages.lua.front import SyntaxProblem, compile_source, short_source

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
]


@pytest.mark.parametrize(("source", "message"), CASES)
def test_messages(source: str, message: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        compile_source(source.encode("latin-1"), b"=input")
    assert caught.value.message.decode("latin-1") == f"input:{message}"


def test_names_of_sources_in_messages() -> None:
    assert short_source(b"@" + b"d/" * 50 + b"f.lua") == b"..." + (b"d/" * 50 + b"f.lua")[-56:]
    assert short_source(b"=" + b"n" * 70) == b"n" * 59
    assert short_source(b"x = 1") == b'[string "x = 1"]'
    assert short_source(b"x = 1\ny = 2") == b'[string "x = 1..."]'
    assert short_source(b"x" * 45) == b'[string "' + b"x" * 45 + b'..."]'
