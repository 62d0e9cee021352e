"""Which upvalues the front end takes for variables that exist once and never change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cupola.languages.lua.front import compile_source
from cupola.languages.lua.front.code import FunctionCode


def inside(code: FunctionCode) -> Iterator[FunctionCode]:
    """The functions in a function, the innermost first."""
    for each in code.instructions:
        if isinstance(each.k, FunctionCode):
            yield from inside(each.k)
            yield each.k


def fixed_in(source: str) -> set[str]:
    """The names of all upvalues that are fixed in all functions that have them, but for _ENV."""
    found: dict[str, bool] = {}
    for code in inside(compile_source(source.encode(), b"=source")):
        for number, upvalue in enumerate(code.upvalues):
            name = upvalue.name.decode()
            found[name] = found.get(name, True) and number in code.fixed
    return {name for name, is_fixed in found.items() if is_fixed and name != "_ENV"}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("local a = 1 function f() return a end", {"a"}),
        ("local a function f() return function() return a end end", {"a"}),
        ("local function f() return f end", {"f"}),
        ("local a <close> = nil function f() return a end", {"a"}),
        ("do local a = 1 if a then local b = a function f() return a + b end end end", {"a", "b"}),
        ("local a = 1 function f() return a end a = 2", set()),
        ("local a = 1 function f() a = 2 end function g() return a end", set()),
        ("local a = 1 function f() return function() a = 2 end end function g() return a end", set()),
        ("local a local function f() return a end function a() end", set()),
        ("local a, b = 1, 2 function f() return a, b end a, x.y = 1, 2", {"b"}),
        ("while x do local a = x function f() return a end end", set()),
        ("for i = 1, 2 do function f() return i end end", set()),
        ("for k in pairs(x) do do local a = k function f() return a, k end end end", set()),
        ("repeat local a = x function f() return a end until a", set()),
        ("::back:: local a = x function f() return a end goto back", set()),
        ("local a = x goto on function f() return a end ::on::", {"a"}),
        ("function f(p) local a = p return function() return a, p end end", set()),
        ("local a = 1 do local a = 2 function f() return a end end a = 3", {"a"}),
    ],
)
def test_what_is_fixed(source: str, names: set[str]) -> None:
    assert fixed_in(source) == names


@pytest.mark.parametrize(
    ("source", "is_fixed"),
    [
        ("function f() return x end", True),
        ("function f() return x end _ENV = {}", False),
        ("function f() _ENV = {} end function g() return x end", False),
        ("local _ENV = {} function f() return x end", True),
        ("for _, _ENV in pairs(x) do function f() return x end end", False),
        ("function f(_ENV) return function() return x end end", False),
    ],
)
def test_the_table_of_globals(source: str, is_fixed: bool) -> None:
    last = list(inside(compile_source(source.encode(), b"=source")))[-1]
    code = next((each for each in inside(last)), last)
    reads = [each for each in code.instructions if each.name == "get_global"]
    assert [each.b in code.fixed for each in reads] == [is_fixed]
