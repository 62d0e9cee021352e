"""As much of Lua's library as the tests of the front end need, for the reference interpreter."""

from __future__ import annotations

import re
from collections.abc import Callable

from cupola.languages.lua.front import SyntaxProblem, compile_source
from tests.languages.lua.front.isa_interpreter import Interpreter
from tests.languages.lua.front.isa_values import (
    TYPES,
    Closure,
    LuaError,
    Table,
    Value,
    metamethod,
    number_of,
    plain,
    text_of_number,
    truth,
    type_name,
)

Native = Callable[[list[Value]], list[Value]]


class World:
    """Globals, and what was printed."""

    def __init__(self) -> None:
        self.interpreter = Interpreter()
        self.globals = Table()
        self.printed: list[bytes] = []
        self.library("", basic(self))
        self.library("string", strings())
        self.library("table", tables())
        self.library("math", {"floor": lambda a: [a[0] // 1 if isinstance(a[0], int) else int(a[0] // 1)]})
        self.globals.get(b"math").set(b"huge", float("inf"))
        TYPES.clear()
        TYPES["string"] = Table()
        TYPES["string"].set(b"__index", self.globals.get(b"string"))
        self.library("debug", {"setmetatable": set_any_metatable})
        self.globals.set(b"_G", self.globals)

    def library(self, name: str, functions: dict[str, Native]) -> None:
        into = self.globals
        if name:
            into = Table()
            self.globals.set(name.encode(), into)
        for each, function in functions.items():
            into.set(each.encode(), function)

    def load(self, source: bytes, name: bytes = b"=input") -> Closure:
        return Closure(compile_source(source, name), [[[self.globals], 0]])

    def text(self, value: Value) -> bytes:
        """Return what print shows."""
        handler = metamethod(value, b"__tostring")
        if handler is not None:
            shown = self.interpreter.call(handler, [value])[0]
            assert isinstance(shown, bytes)
            return shown
        if value is None:
            return b"nil"
        if isinstance(value, bool):
            return b"true" if value else b"false"
        if isinstance(value, bytes):
            return value
        return text_of_number(value) if isinstance(value, int | float) else type_name(value).encode()


def run(source: bytes) -> bytes:
    """Return what a program prints, with the message of the error that ends it."""
    world = World()
    try:
        world.interpreter.call(world.load(source), [])
    except LuaError as error:
        world.printed.append(b"error: " + world.text(error.value) + b"\n")
    except SyntaxProblem as problem:
        world.printed.append(b"error: " + problem.message + b"\n")
    return b"".join(world.printed)


def set_any_metatable(values: list[Value]) -> list[Value]:
    if isinstance(values[0], Table):
        values[0].metatable = values[1]
    else:
        TYPES[type_name(values[0])] = values[1]
    return values[:1]


def basic(world: World) -> dict[str, Native]:
    interpreter = world.interpreter

    def show(values: list[Value]) -> list[Value]:
        world.printed.append(b"\t".join(world.text(each) for each in values) + b"\n")
        return []

    def protected(values: list[Value]) -> list[Value]:
        depth = interpreter.depth
        try:
            return [True, *interpreter.call(values[0], values[1:])]
        except LuaError as error:
            interpreter.depth = depth
            return [False, error.value]

    def raise_error(values: list[Value]) -> list[Value]:
        value = values[0] if values else None
        if isinstance(value, bytes) and len(values) == 1:
            interpreter.frame = interpreter.caller
            raise interpreter.error(value)
        raise LuaError(value)

    def select(values: list[Value]) -> list[Value]:
        if values[0] == b"#":
            return [len(values) - 1]
        return values[values[0] :] if values[0] > 0 else values[values[0] + len(values) :]

    def following(values: list[Value]) -> list[Value]:
        table, key = values[0], values[1] if len(values) > 1 else None
        keys = list(table.fields)
        at = 0 if key is None else keys.index(plain(key)) + 1
        return list(table.fields[keys[at]]) if at < len(keys) else [None]

    def pairs(values: list[Value]) -> list[Value]:
        return [following, values[0], None]

    def counted(values: list[Value]) -> list[Value]:
        number = values[1] + 1
        value = interpreter.index(values[0], number, None)
        return [None] if value is None else [number, value]

    def load(values: list[Value]) -> list[Value]:
        try:
            return [world.load(values[0], values[1] if len(values) > 1 else values[0])]
        except SyntaxProblem as problem:
            return [None, problem.message]

    def set_metatable(values: list[Value]) -> list[Value]:
        values[0].metatable = values[1]
        return values[:1]

    def check(values: list[Value]) -> list[Value]:
        if not values or not truth(values[0]):
            raise LuaError(values[1] if len(values) > 1 else b"assertion failed!")
        return values

    def raw_set(values: list[Value]) -> list[Value]:
        values[0].set(values[1], values[2])
        return values[:1]

    return {
        "print": show,
        "pcall": protected,
        "error": raise_error,
        "select": select,
        "next": following,
        "pairs": pairs,
        "ipairs": lambda values: [counted, values[0], 0],
        "load": load,
        "setmetatable": set_metatable,
        "getmetatable": lambda values: [values[0].metatable],
        "assert": check,
        "rawget": lambda values: [values[0].get(values[1])],
        "rawset": raw_set,
        "type": lambda values: [type_name(values[0]).encode()],
        "tostring": lambda values: [world.text(values[0])],
        "tonumber": lambda values: [number_of(values[0])],
    }


def strings() -> dict[str, Native]:
    def form(values: list[Value]) -> list[Value]:
        rest = iter(values[1:])

        def one(match: re.Match[bytes]) -> bytes:
            if match[0] == b"%%":
                return b"%"
            value = next(rest)
            if match[0].endswith(b"s"):
                value = text_of_number(value) if isinstance(value, int | float) else value
            shown: bytes = match[0] % value
            return shown

        return [re.sub(rb"%[-+ 0-9.]*[a-z%]", one, values[0])]

    def sub(values: list[Value]) -> list[Value]:
        text, first, last = values[0], values[1], values[2] if len(values) > 2 else -1
        first = max(first + len(text) + 1, 1) if first < 0 else max(first, 1)
        last = last + len(text) + 1 if last < 0 else last
        return [text[first - 1 : max(last, 0)]]

    return {
        "format": form,
        "sub": sub,
        "rep": lambda values: [values[0] * values[1]],
        "len": lambda values: [len(values[0])],
        "upper": lambda values: [values[0].upper()],
        "char": lambda values: [bytes(values)],
        "byte": lambda values: list(values[0][(values[1] if len(values) > 1 else 1) - 1 :][:1]),
    }


def tables() -> dict[str, Native]:
    def insert(values: list[Value]) -> list[Value]:
        values[0].set(values[0].border() + 1, values[-1])
        return []

    def concat(values: list[Value]) -> list[Value]:
        table = values[0]
        parts = [table.get(each) for each in range(1, table.border() + 1)]
        texts = [each if isinstance(each, bytes) else text_of_number(each) for each in parts]
        return [(values[1] if len(values) > 1 else b"").join(texts)]

    def unpack(values: list[Value]) -> list[Value]:
        table = values[0]
        last = values[2] if len(values) > 2 else table.border()
        return [table.get(each) for each in range(values[1] if len(values) > 1 else 1, last + 1)]

    def pack(values: list[Value]) -> list[Value]:
        table = Table()
        for number, value in enumerate(values, 1):
            table.set(number, value)
        table.set(b"n", len(values))
        return [table]

    return {"insert": insert, "concat": concat, "unpack": unpack, "pack": pack}
