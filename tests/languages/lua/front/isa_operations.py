"""What operators and indexing do in the reference interpreter, metamethods and messages included."""

from __future__ import annotations

from typing import Any

from cupola.languages.lua.front import short_source
from cupola.languages.lua.front.folding import whole
from cupola.languages.lua.front.naming import in_message, of_register, of_upvalue
from tests.languages.lua.front.isa_values import (
    Closure,
    LuaError,
    Table,
    Value,
    compute,
    is_number,
    metamethod,
    number_of,
    truth,
    type_name,
)

UNSET = object()  # what a register holds before anything is written to it


def first_of(results: list[Value]) -> Value:
    return results[0] if results else None


class Frame:
    """One activation of a function."""

    def __init__(self, closure: Closure, arguments: list[Value]) -> None:
        code = self.code = closure.code
        self.closure = closure
        count = code.parameters
        self.varargs = arguments[count:] if code.is_vararg else []
        values = [*arguments[:count], *[None] * (count - len(arguments))]
        self.registers: list[Any] = [*values, *[UNSET] * (code.frame_size - count)]
        self.pc = 0
        self.open_at: int | None = None  # where open values begin, while there are some
        self.n = 0
        self.cells: dict[int, list[Any]] = {}
        self.to_close: list[int] = []

    def read(self, register: int) -> Value:
        value = self.registers[register]
        assert value is not UNSET, f"{self.code.name!r} at {self.pc}: register {register} holds nothing"
        return value

    def write(self, register: int, value: Value) -> None:
        assert register < self.code.frame_size
        self.registers[register] = value

    def values(self, first: int, count: int) -> list[Value]:
        return [self.read(each) for each in range(first, first + count)]

    def leave(self, first: int, values: list[Value]) -> None:
        """Open values come: everything above them is lost."""
        registers = self.registers
        assert first < self.code.frame_size
        registers[first:] = values or [None]
        registers += [UNSET] * (self.code.frame_size - len(registers))
        self.open_at, self.n = first, len(values)

    def cell(self, register: int) -> list[Any]:
        """Return the cell that shares a register."""
        self.read(register)
        return self.cells.setdefault(register, [self.registers, register])


class Operations:
    """Operations on values."""

    def __init__(self) -> None:
        self.depth = 0
        self.frame: Frame | None = None
        self.caller: Frame | None = None  # the frame that called the native function that runs

    def call(self, function: Value, arguments: list[Value]) -> list[Value]:
        raise NotImplementedError

    def error(self, message: bytes) -> LuaError:
        """Return an error with the place where the running function is."""
        frame = self.frame
        if frame is None:
            return LuaError(message)
        place = b"%s:%d: " % (short_source(frame.code.source), frame.code.lines[frame.pc])
        return LuaError(place + message)

    def type_error(self, what: str, value: Value, register: int | None) -> LuaError:
        """Return the error of an operation on a value, with the name of the value if it has one."""
        frame = self.frame
        name = None
        if frame is not None and register is not None:
            found = (
                of_register(frame.code, frame.pc, register)
                if register >= 0
                else of_upvalue(frame.code, ~register)
            )
            name = found
        text = f"attempt to {what} a {type_name(value)} value"
        return self.error(text.encode() + in_message(name))

    def no_integer(self, register: int | None) -> LuaError:
        assert self.frame is not None
        name = None if register is None else of_register(self.frame.code, self.frame.pc, register)
        return self.error(b"number%s has no integer representation" % in_message(name))

    def arithmetic(self, event: str, a: Value, b: Value, first: int | None, second: int | None) -> Value:
        bits = event in ("band", "bor", "bxor", "shl", "shr", "bnot")
        numbers = is_number(a) and is_number(b)
        result = self.computed(event, a, b) if numbers else None
        if result is not None:
            return result
        key = b"__" + event.encode()
        handler = metamethod(a, key)
        if handler is None:
            handler = metamethod(b, key)
        if handler is not None:
            return first_of(self.call(handler, [a, b]))
        if numbers:
            raise self.no_integer(second if whole(a) is not None else first)
        if (isinstance(a, bytes) or isinstance(b, bytes)) and not bits:  # what the metamethods of strings do
            x, y = number_of(a), number_of(b)
            if x is not None and y is not None:
                return self.computed(event, x, y)
            raise self.error(f"attempt to {event} a '{type_name(a)}' with a '{type_name(b)}'".encode())
        wrong, register = (b, second) if is_number(a) else (a, first)
        what = "perform bitwise operation on" if bits else "perform arithmetic on"
        raise self.type_error(what, wrong, register)

    def computed(self, event: str, a: Value, b: Value) -> Value:
        """Return the result of an operator on two numbers, None if they had to be integers."""
        if event == "bnot":
            event, b = "bxor", -1
        if event == "unm":
            return -a if isinstance(a, float) else compute("sub", 0, a)
        try:
            return compute(event, a, b)
        except LuaError as error:
            raise self.error(error.value) from None

    def equal(self, a: Value, b: Value) -> bool:
        if isinstance(a, Table) and isinstance(b, Table) and a is not b:
            handler = metamethod(a, b"__eq")
            if handler is None:
                handler = metamethod(b, b"__eq")
            return handler is not None and truth(first_of(self.call(handler, [a, b])))
        return a is b or (
            type_name(a) == type_name(b) and type_name(a) in ("number", "string", "boolean") and a == b
        )

    def less(self, a: Value, b: Value, event: str) -> bool:
        if (is_number(a) and is_number(b)) or (isinstance(a, bytes) and isinstance(b, bytes)):
            return bool(a < b if event == "lt" else a <= b)
        handler = metamethod(a, b"__" + event.encode())
        if handler is None:
            handler = metamethod(b, b"__" + event.encode())
        if handler is None and event == "le" and (metamethod(a, b"__lt") or metamethod(b, b"__lt")):
            return not self.less(b, a, "lt")  # as in older versions: lua5.4 is mostly built with that
        if handler is None:
            one, other = type_name(a), type_name(b)
            text = f"two {one} values" if one == other else f"{one} with {other}"
            raise self.error(f"attempt to compare {text}".encode())
        return truth(first_of(self.call(handler, [a, b])))

    def index(self, table: Value, key: Value, register: int | None) -> Value:
        handler = metamethod(table, b"__index")
        if isinstance(table, Table):
            value = table.get(key)
            if value is not None or handler is None:
                return value
        elif handler is None:
            raise self.type_error("index", table, register)
        if isinstance(handler, Closure) or callable(handler):
            return first_of(self.call(handler, [table, key]))
        return self.index(handler, key, None)

    def set_element(self, table: Value, key: Value, value: Value, register: int | None) -> None:
        handler = metamethod(table, b"__newindex")
        if isinstance(table, Table):
            if handler is None or table.get(key) is not None:
                if key is None or key != key:
                    raise self.error(b"table index is nil" if key is None else b"table index is NaN")
                table.set(key, value)
                return
        elif handler is None:
            raise self.type_error("index", table, register)
        if isinstance(handler, Closure) or callable(handler):
            self.call(handler, [table, key, value])
        else:
            self.set_element(handler, key, value, None)
