"""Values of the reference interpreter, and what Lua does with them; all plain, nothing fast."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cupola.languages.lua.front import FunctionCode
from cupola.languages.lua.front.folding import BITS, DIVISIONS, FLOATS, INTEGERS, whole
from cupola.languages.lua.front.numerals import read_numeral, wrap

Value = Any  # None, bool, int, float, bytes, Table, Closure, or a Python function of a list that returns one


class LuaError(Exception):
    """A Lua error with its value."""

    def __init__(self, value: Value) -> None:
        super().__init__(value)
        self.value = value


class Table:
    """A table: a dict whose keys are told apart as Lua does."""

    def __init__(self) -> None:
        self.fields: dict[Value, tuple[Value, Value]] = {}
        self.metatable: Table | None = None

    def get(self, key: Value) -> Value:
        return self.fields.get(plain(key), (None, None))[1]

    def set(self, key: Value, value: Value) -> None:
        if value is None:
            self.fields.pop(plain(key), None)
        else:
            self.fields[plain(key)] = (normal(key), value)

    def border(self) -> int:
        count = 0
        while plain(count + 1) in self.fields:
            count += 1
        return count


class Closure:
    """A Lua function; a cell of an upvalue is a list with an index."""

    def __init__(self, code: FunctionCode, cells: list[list[Any]]) -> None:
        self.code = code
        self.cells = cells


def normal(key: Value) -> Value:
    """Return the key that a key is the same as."""
    return int(key) if isinstance(key, float) and key.is_integer() and abs(key) < 2**63 else key


def plain(key: Value) -> Value:
    """Return what stands for a key in a dict of Python, where True is 1 and objects may compare equal."""
    key = normal(key)
    return ("bool", key) if isinstance(key, bool) else key


def type_name(value: Value) -> str:
    if value is None:
        return "nil"
    for kind, name in (
        (bool, "boolean"),
        (int, "number"),
        (float, "number"),
        (bytes, "string"),
        (Table, "table"),
    ):
        if isinstance(value, kind):
            return name
    return "function"


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def truth(value: Value) -> bool:
    return value is not None and value is not False


def text_of_number(value: float) -> bytes:
    if isinstance(value, int):
        return b"%d" % value
    if math.isinf(value) or math.isnan(value):
        return b"-nan" if math.isnan(value) else b"inf" if value > 0 else b"-inf"
    text = f"{value:.14g}"
    return (text if any(each in text for each in ".en") else text + ".0").encode()


def number_of(value: Value) -> Value:
    """Return the number that a value is, or that its text says; None if it is none."""
    if is_number(value):
        return value
    if not isinstance(value, bytes):
        return None
    text = value.strip(b" \t\n\r\f\v")
    sign = text[:1] in (b"-", b"+")
    number = read_numeral(text[1:] if sign else text)
    return (
        wrap(-number)
        if text[:1] == b"-" and isinstance(number, int)
        else (-number if text[:1] == b"-" and number is not None else number)
    )


def compute(event: str, a: Value, b: Value) -> Value:
    """Return the result of an operator on two numbers."""
    if event in BITS:
        first, second = whole(a), whole(b)
        if first is None or second is None:
            return None
        return BITS[event](first, second)
    if event in INTEGERS and isinstance(a, int) and isinstance(b, int):
        if b == 0 and event in DIVISIONS:
            raise LuaError(b"attempt to perform 'n%0'" if event == "mod" else b"attempt to divide by zero")
        return INTEGERS[event](a, b)
    x, y = float(a), float(b)
    if y == 0 and event in ("div", "idiv"):
        return math.nan if x == 0 or math.isnan(x) else math.copysign(math.inf, x) * math.copysign(1, y)
    if y == 0 and event == "mod":
        return math.nan
    if event == "pow":
        with suppress(OverflowError, ValueError):
            return math.pow(x, y)
        if x < 0 and not y.is_integer():
            return math.nan
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    return FLOATS[event](x, y)


def metamethod(value: Value, event: bytes) -> Value:
    """Return the metamethod of a value for an event."""
    table = value.metatable if isinstance(value, Table) else TYPES.get(type_name(value))
    return None if table is None else table.get(event)


TYPES: dict[str, Table] = {}  # metatables of values that are no tables
Call = Callable[[Value, list[Value]], list[Value]]
