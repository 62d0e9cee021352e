"""Tokens: numerals, strings, lines; and that hostile sources take no longer than others."""

from __future__ import annotations

import math
import time

import pytest

from cupola.languages.lua.front import SyntaxProblem, compile_source
from cupola.languages.lua.front.lexer import NUMBER, STRING, Tokens
from cupola.languages.lua.front.numerals import read_numeral

NUMERALS = [
    ("0", 0),
    ("007", 7),
    ("9223372036854775807", 2**63 - 1),
    ("0" * 5000 + "5", 5),
    ("0xff", 255),
    ("0X7fffffffffffffff", 2**63 - 1),
    ("0xffffffffffffffff", -1),
    ("0x1" + "0" * 16 + "2", 2),
]
FLOATS = [
    ("9223372036854775808", 2.0**63),
    ("1" * 5000, math.inf),
    ("3.", 3.0),
    (".5", 0.5),
    ("1e400", math.inf),
    ("5e-2", 0.05),
    ("0x.8", 0.5),
    ("0xA.", 10.0),
    ("0x1p-2", 0.25),
    ("0x1p99999", math.inf),
]
MALFORMED = ["0x", "1e", "1e+", "0x1p", "1..2", "3x", "0xg", "1_000", "0x1.p", "0x.", "1e5.5", "0x1pf"]


@pytest.mark.parametrize(("text", "number"), [*NUMERALS, *FLOATS])
def test_numerals(text: str, number: float) -> None:
    tokens = Tokens(text.encode())
    assert (tokens.kinds[0], tokens.values[0]) == (NUMBER, number)
    assert type(tokens.values[0]) is type(number)


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_numerals(text: str) -> None:
    with pytest.raises(SyntaxProblem, match="malformed number near"):
        compile_source(b"x = " + text.encode(), b"=input")
    assert read_numeral(text.encode()) is None


STRINGS = [
    (rb"'a\n\t\\\"\'\a\b\f\r\v'", b"a\n\t\\\"'\a\b\f\r\v"),
    (rb'"\65\066\0670\x41\xFf"', b"ABC0A\xff"),
    (
        rb'"\u{41}\u{20AC}\u{10FFFF}\u{7FFFFFFF}\u{000000000041}"',
        b"A\xe2\x82\xac\xf4\x8f\xbf\xbf\xfd" + b"\xbf" * 5 + b"A",
    ),
    (b"'a\\\nb\\\r\nc\\\n\rd'", b"a\nb\nc\nd"),
    (b"'a\\z  \n\t  b\\z'", b"ab"),
    (b"[[a]]", b"a"),
    (b"[[\na\r\nb\n\rc\rd]]", b"a\nb\nc\nd"),
    (b"[==[\r\n]]]=]\n]==]", b"]]]=]\n"),
    (b"[[\n\n]]", b"\n"),
    (b"'\0\xe9'", b"\0\xe9"),
]


@pytest.mark.parametrize(("text", "value"), STRINGS)
def test_strings(text: bytes, value: bytes) -> None:
    tokens = Tokens(text)
    assert (tokens.kinds[:1], tokens.values[:1]) == ([STRING], [value])


def test_lines() -> None:
    tokens = Tokens(b"a\nb --[[\n\n]] c\r\nd\r\re 'x\\\ny' f [[\n\n]] g -- h\n\n--[==[ ]] ]==] i")
    names = [value for kind, value in zip(tokens.kinds, tokens.values, strict=True) if kind != "<eof>"]
    assert names == [b"a", b"b", b"c", b"d", b"e", b"x\ny", b"f", b"\n", b"g", b"i"]
    assert tokens.lines == [1, 2, 4, 5, 7, 8, 8, 10, 10, 12, 12]


@pytest.mark.parametrize(
    "source",
    [
        b" " * 300_000,
        b"'" + b"\\z   " * 200_000,
        b"'" + b"a" * 300_000,
        b"'" + b"\\65" * 100_000 + b"\\q",
        b"[[" + b"]" * 300_000,
        b"--[==[" + b"]=" * 150_000,
        b"[" + b"=" * 300_000,
        b"x = " + b"1" * 300_000,
        b"x = " + b"0x" + b"f" * 300_000,
        b"x = '\\u{" + b"0" * 300_000 + b"}'",
        b"\r" * 300_000 + b"!",
    ],
    ids=lambda source: source[:6].decode() + "...",
)
def test_hostile_sources_take_linear_time(source: bytes) -> None:
    begun = time.process_time()
    try:
        compile_source(source, b"=input")
    except SyntaxProblem as problem:
        assert problem.message.startswith((b"input:", b"C stack"))
    assert time.process_time() - begun < 3


def test_a_file_may_begin_with_a_line_for_the_shell() -> None:
    assert compile_source(b"#!/usr/bin/lua\nreturn 1", b"@file").lines[1] == 2
    assert compile_source(b"\xef\xbb\xbf# x", b"@file").lines
    with pytest.raises(SyntaxProblem, match="unexpected symbol near '#'"):
        compile_source(b"# x", b"=text")
