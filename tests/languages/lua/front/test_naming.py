"""What messages call values: each program fails, and its message has the name."""

from __future__ import annotations

import pytest

from cupola.languages.lua.front import FunctionCode, compile_source
from cupola.languages.lua.front.naming import Name, in_message, of_callee
from tests.languages.lua.front.isa_library import run

FAILURES = [
    ("local a; a.x = 1", "attempt to index a nil value (local 'a')"),
    ("a.x = 1", "attempt to index a nil value (global 'a')"),
    ("local a = {}; a.b.c = 1", "attempt to index a nil value (field 'b')"),
    ("local a = {}; a[1].x = 1", "attempt to index a nil value (field 'integer index')"),
    ("local a = {}; a[256].x = 1", "attempt to index a nil value (field '?')"),
    ("local a, k = {}, 'k'; a[k].x = 1", "attempt to index a nil value (field '?')"),
    ("local a; (function() a.x = 1 end)()", "attempt to index a nil value (upvalue 'a')"),
    ("local a = {}; a:m()", "attempt to call a nil value (method 'm')"),
    ("f()", "attempt to call a nil value (global 'f')"),
    ("('x')()", "attempt to call a string value (constant 'x')"),
    ("for i in 1 do end", "attempt to call a number value (for iterator 'for iterator')"),
    ("local _ENV = {}; x.y = 1", "attempt to index a nil value (global 'x')"),
    ("local _ENV; x = 1", "attempt to index a nil value (local '_ENV')"),
    ("local a = {} + 1", "attempt to perform arithmetic on a table value"),
    ("local a; return 1 + a", "attempt to perform arithmetic on a nil value (local 'a')"),
    ("return 1 + x.y", "attempt to index a nil value (global 'x')"),
    ("local a = 1.5; return a | 1", "number (local 'a') has no integer representation"),
    ("local a, b = {}, 1; return b .. a", "attempt to concatenate a table value (local 'a')"),
    ("(x or y)()", "attempt to call a nil value"),
    ("local a = x or y; a()", "attempt to call a nil value (local 'a')"),
    ("return #x", "attempt to get length of a nil value (global 'x')"),
    ("return {} < 1", "attempt to compare table with number"),
    ("return {} < {}", "attempt to compare two table values"),
    ("local a <const> = nil; a.x = 1", "attempt to index a nil value"),
]


@pytest.mark.parametrize(("source", "message"), FAILURES)
def test_names_in_messages(source: str, message: str) -> None:
    assert run(source.encode()).decode() == f"error: input:1: {message}\n"


def callee(code: FunctionCode, name: str) -> Name | None:
    """Return what the function is called that the first instruction of this name calls."""
    at = next(at for at, one in enumerate(code.instructions) if one.name == name)
    return of_callee(code, at)


def test_names_of_functions_that_were_called() -> None:
    source = (
        b"local a = {} a.f(1) for k in a do end a = a + 1 a = -a a = a .. 1 a = a < a a.x = a.y return a:m()"
    )
    code = compile_source(source, b"=input")
    assert callee(code, "call") == ("field", b"f")
    assert callee(code, "for_call") == ("for iterator", b"for iterator")
    assert callee(code, "add_k") == ("metamethod", b"add")
    assert callee(code, "unm") == ("metamethod", b"unm")
    assert callee(code, "concat") == ("metamethod", b"concat")
    assert callee(code, "if_less") == ("metamethod", b"lt")
    assert callee(code, "set_field") == ("metamethod", b"newindex")
    assert callee(code, "tail_call") == ("method", b"m")
    assert callee(code, "move") is None if any(one.name == "move" for one in code.instructions) else True
    assert in_message(None) == b""
