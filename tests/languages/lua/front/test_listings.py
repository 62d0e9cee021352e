"""The code that sources become, as listings: text in, text out.

A case in `listings.txt` has a title, a source and the listing of its code.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.languages.lua.front import FunctionCode, compile_source
from cupola.languages.lua.front.listing import constant, listing
from tests.languages.lua.front.isa_verifier import verify

TEXT = (Path(__file__).parent / "listings.txt").read_text(encoding="utf-8")


def cases() -> list[tuple[str, str, str]]:
    found = []
    for case in TEXT.removeprefix("== ").split("\n== "):
        title, _, rest = case.partition("\n")
        source, _, expected = rest.partition("\n--\n")
        found.append((title, source, expected.rstrip("\n") + "\n"))
    return found


@pytest.mark.parametrize(("title", "source", "expected"), cases(), ids=[case[0] for case in cases()])
def test_listings(title: str, source: str, expected: str) -> None:
    code = compile_source(source.encode(), b"=input")
    verify(code)
    assert listing(code) == expected


def test_constants_in_listings() -> None:
    assert constant(None) == "nil"
    assert constant(True) == "true"
    assert constant(1.5) == "1.5"
    assert constant(b'a"\xff') == '"a\\"\\xff"'
    assert constant(b"x" * 50) == '"' + "x" * 40 + '..."'


def test_a_listing_without_the_functions_inside() -> None:
    code = compile_source(b"function f() end", b"=input")
    assert "f (lines" not in listing(code, nested=False)
    assert "f (lines" in listing(code)


def test_facts_of_a_function() -> None:
    source = b"local up\nfunction t.m:f(a, ...)\n  local b = up\n  return a, b\nend\n"
    code = compile_source(source, b"@file.lua")
    assert (code.name, code.source, code.line_defined, code.last_line) == (b"main chunk", b"@file.lua", 0, 0)
    assert code.is_vararg and code.upvalues == [(b"_ENV", True, 0)]
    (inner,) = [one.k for one in code.instructions if isinstance(one.k, FunctionCode)]
    assert (inner.name, inner.parameters, inner.is_vararg) == (b"t.m:f", 2, True)
    assert (inner.line_defined, inner.last_line) == (2, 5)
    assert inner.upvalues == [(b"up", True, 0)]
    assert [(each.name, each.register) for each in inner.locals] == [(b"self", 0), (b"a", 1), (b"b", 2)]
