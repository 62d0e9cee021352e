"""What is just possible, and what is refused because it is one more."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from cupola.languages.lua.front import SyntaxProblem, compile_source
from tests.languages.lua.front.isa_verifier import verify


def names(count: int, letter: str = "a") -> str:
    return ", ".join(f"{letter}{each}" for each in range(count))


def upvalues(count: int) -> str:
    used = " + ".join([f"a{each}" for each in range(150)] + [f"b{each}" for each in range(count - 150)])
    return f"local {names(150)}\nfunction f()\nlocal {names(150, 'b')}\nfunction g() return {used} end end"


REGISTERS = "input:1: function or expression needs too many registers near <eof>"
TOO_DEEP = "C stack overflow"
LIMITS: list[tuple[str, Callable[[int], str], int, str]] = [
    (
        "locals",
        lambda n: f"local {names(n)}",
        200,
        "input:1: too many local variables (limit is 200) in main function near <eof>",
    ),
    (
        "parameters",
        lambda n: f"\nfunction f({names(n)}) end",
        200,
        "input:2: too many local variables (limit is 200) in function at line 2 near ')'",
    ),
    (
        "locals of loops",
        lambda n: f"local {names(n)} for i = 1, 2 do end",
        196,
        "input:1: too many local variables (limit is 200) in main function near '='",
    ),
    ("upvalues", upvalues, 255, "input:4: too many upvalues (limit is 255) in function at line 4 near 'end'"),
    ("arguments", lambda n: "f(" + "x," * n + "x)", 252, REGISTERS),
    ("results", lambda n: "return " + "x," * n + "x", 253, REGISTERS),
    ("parentheses", lambda n: "x = " + "(" * n + "1" + ")" * n, 195, TOO_DEEP),
    ("calls", lambda n: "x = " + "f(" * n + "1" + ")" * n, 195, TOO_DEEP),
    ("powers", lambda n: "x = " + "a^" * n + "a", 195, TOO_DEEP),
    ("constructors", lambda n: "x = " + "{" * n + "}" * n, 196, TOO_DEEP),
    ("blocks", lambda n: "do " * n + "end " * n, 197, TOO_DEEP),
    ("functions", lambda n: "return function() " * n + "end " * n, 98, TOO_DEEP),
    ("functions in calls", lambda n: "f(function() " * n + "end) " * n, 98, TOO_DEEP),
    ("targets", lambda n: "a" + ",a" * n + " = 1", 195, TOO_DEEP),
]


@pytest.mark.parametrize(("what", "make", "most", "message"), LIMITS, ids=[case[0] for case in LIMITS])
def test_limits(what: str, make: Callable[[int], str], most: int, message: str) -> None:
    verify(compile_source(make(most).encode(), b"=input"))
    with pytest.raises(SyntaxProblem) as caught:
        compile_source(make(most + 1).encode(), b"=input")
    assert caught.value.message.decode() == message


@pytest.mark.parametrize(
    "source",
    [
        "x = a" + " + a" * 20_000,
        "x = a" + ".b" * 20_000,
        "x = a" + "[1]()" * 20_000,
        "x = a" + " and a" * 20_000,
        "x = a" + " == a" * 5_000,
        "x = {" + "1, " * 20_000 + "}",
        "if x then " + "elseif y then " * 5_000 + "end",
        "x = 1 " * 20_000,
        ";" * 100_000,
        "local a <const> = 1 + 1 do local a <const> = a + 1 end " * 199,
    ],
    ids=lambda source: source[:24],
)
def test_what_has_no_limit(source: str) -> None:
    compile_source(source.encode(), b"=input")


def test_deep_sources_from_deep_inside_python() -> None:
    limit = sys.getrecursionlimit()

    def down(depth: int) -> None:
        if depth:
            down(depth - 1)
        else:
            compile_source(b"return function() " * 98 + b"end " * 98, b"=input")

    down(limit - 200)
    assert sys.getrecursionlimit() == limit


def test_hints_and_keys_at_the_border_of_operands() -> None:
    code = compile_source(b"x = t[32767], t[32768], t[-1], t[0]; t[32767] = 1; t[32768] = 1", b"=input")
    found = [one.name for one in code.instructions if "integer" in one.name or "index" in one.name]
    assert found == ["get_integer", "get_index", "get_index", "get_integer", "set_integer", "set_index"]
    code = compile_source(
        b"if a < 32767 then elseif a < 32768 then elseif -32768 > a then elseif -32769 > a then end", b"=i"
    )
    found = [one.name for one in code.instructions if one.name.startswith("if_")]
    assert found == ["if_not_less_i", "if_not_less", "if_not_less_i", "if_not_less"]
