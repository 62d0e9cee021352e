"""A reference interpreter of Lua's instructions: what each means, said as plainly as possible.

It is strict where machines are not: it fails when an instruction reads a register that holds nothing, when open values
are not used by the very next instruction, or are not where that expects them.
"""

from __future__ import annotations

import math
from typing import Any

from cupola.languages.lua.front import FunctionCode, Instruction, short_source
from cupola.languages.lua.front.folding import whole
from cupola.languages.lua.front.naming import ARITHMETIC, in_message, of_callee, of_register, of_upvalue
from tests.languages.lua.front.isa_values import (
    Closure,
    LuaError,
    Table,
    Value,
    compute,
    is_number,
    metamethod,
    number_of,
    text_of_number,
    truth,
    type_name,
)

UNSET = object()  # what a register holds before anything is written to it
MOST_CALLS = 150
COMPARISONS = ("less_equal", "greater_equal", "less", "greater", "equal")
OPERATORS = frozenset(ARITHMETIC)


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


class Interpreter:
    """Runs functions."""

    def __init__(self) -> None:
        self.depth = 0
        self.frame: Frame | None = None
        self.caller: Frame | None = None  # the frame that called the native function that runs

    # Calls

    def call(self, function: Value, arguments: list[Value]) -> list[Value]:
        """Call any value."""
        if isinstance(function, Closure):
            return self.enter(Frame(function, arguments))
        if callable(function):
            outer, self.frame, self.caller = self.frame, None, self.frame
            try:
                results: list[Value] = function(arguments)
            finally:
                self.frame = outer
            return results
        handler = metamethod(function, b"__call")
        if handler is None:
            frame = self.frame
            name = of_callee(frame.code, frame.pc) if frame is not None else None
            raise self.error(
                b"attempt to call a %s value%s" % (type_name(function).encode(), in_message(name))
            )
        return self.call(handler, [function, *arguments])

    def enter(self, frame: Frame) -> list[Value]:
        if self.depth >= MOST_CALLS:
            raise self.error(b"stack overflow")
        self.depth += 1
        outer, self.frame = self.frame, frame
        try:
            while True:
                results = self.run(frame)
                if results[0] is not Frame:
                    return results[1]  # type: ignore[no-any-return]
                function, arguments = results[1]
                if not isinstance(function, Closure):
                    return self.call(function, arguments)
                frame = self.frame = Frame(function, arguments)
        except LuaError as error:
            value = self.close(frame, 0, error)
            raise value from None
        finally:
            self.depth -= 1
            self.frame = outer

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

    def close(self, frame: Frame, first: int, error: LuaError | None) -> Any:
        """Close upvalues and variables from a register up; returns the error that is there then."""
        for register in sorted((each for each in frame.cells if each >= first), reverse=True):
            cell = frame.cells.pop(register)
            if not any(each >= register for each in frame.to_close):
                cell[:] = [[frame.registers[register]], 0]
            else:
                frame.cells[register] = cell
        while frame.to_close and frame.to_close[-1] >= first:
            value = frame.registers[frame.to_close.pop()]
            try:
                self.call(metamethod(value, b"__close"), [value, error.value if error else None])
            except LuaError as raised:
                error = raised
        for register in [each for each in frame.cells if each >= first]:
            frame.cells.pop(register)[:] = [[frame.registers[register]], 0]
        return error

    def close_all(self, frame: Frame, first: int) -> None:
        error = self.close(frame, first, None)
        if error is not None:
            raise error

    # Instructions

    def run(self, frame: Frame) -> tuple[Any, Any]:
        """Run a function to its end; returns its results, or with `Frame` what it calls in its place."""
        while True:
            one = frame.code.instructions[frame.pc]
            open_at, frame.open_at = frame.open_at, None
            step = getattr(self, "do_" + one.name, None)
            if step is not None:
                jumped = step(frame, one)
                if jumped is None:
                    frame.pc += 1
                else:
                    frame.pc = jumped
                continue
            name = one.name
            if name.startswith("if_"):
                holds = self.condition(frame, one)
                assert one.target is not None and one.target > frame.pc
                frame.pc = one.target if holds else frame.pc + 1
                continue
            if name.startswith("return"):
                return None, self.returned(frame, one, open_at)
            if name.startswith("tail_call"):
                function, arguments = self.arranged(frame, one, open_at)
                if frame.cells or frame.to_close:
                    raise AssertionError("a tail call with something to close")
                if not isinstance(function, Closure) and not callable(function):
                    return None, self.call(function, arguments)
                return Frame, (function, arguments)
            if name.startswith("call"):
                function, arguments = self.arranged(frame, one, open_at)
                frame.leave(one.a, self.call(function, arguments))
            elif name == "adjust":
                assert open_at == one.a and one.b >= 2
                for each in range(one.a + frame.n, one.a + one.b):
                    frame.write(each, None)
            elif name == "set_list_open":
                assert open_at == one.a + 1 + one.b
                self.set_list(frame, one, one.b + frame.n)
            elif name == "close_open":
                assert open_at == one.b
                self.close_all(frame, one.a)
                frame.open_at = open_at
            else:
                self.operate(frame, one)
            frame.pc += 1

    def returned(self, frame: Frame, one: Instruction, open_at: int | None) -> list[Value]:
        assert not frame.cells and not frame.to_close, "a return with something to close"
        if one.name == "return_0":
            return []
        if one.name == "return_1":
            return [frame.read(one.a)]
        if one.name == "return":
            return frame.values(one.a, one.b)
        assert open_at == one.a + one.b
        return frame.values(one.a, one.b + frame.n)

    def arranged(self, frame: Frame, one: Instruction, open_at: int | None) -> tuple[Value, list[Value]]:
        """Return the function and the arguments of a call."""
        count = one.b
        assert one.a + 3 + count <= frame.code.frame_size
        if one.name.endswith("open"):
            assert open_at == one.a + 3 + count, f"{frame.code.name!r} at {frame.pc}"
            count += frame.n
        return frame.read(one.a), frame.values(one.a + 3, count)

    def operate(self, frame: Frame, one: Instruction) -> None:
        """Run an operator."""
        name = one.name
        event = name.removesuffix("_k")
        if event in OPERATORS:
            right = one.k if name.endswith("_k") else frame.read(one.c)
            right_register = None if name.endswith("_k") else one.c
            frame.write(one.a, self.arithmetic(event, frame.read(one.b), right, one.b, right_register))
        elif name in ("unm", "bnot"):
            value = frame.read(one.b)
            frame.write(one.a, self.arithmetic(name, value, value, one.b, one.b))
        else:
            raise AssertionError(f"no instruction is called {name}")

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

    def condition(self, frame: Frame, one: Instruction) -> bool:
        name = one.name.removeprefix("if_")
        if name in ("true", "false"):
            return truth(frame.read(one.a)) == (name == "true")
        wanted = not name.startswith("not_")
        name = name.removeprefix("not_")
        a = frame.read(one.a)
        b = one.b if name.endswith("_i") else one.k if name.endswith("_k") else frame.read(one.b)
        what = next(each for each in COMPARISONS if name.startswith(each))
        if what == "equal":
            return self.equal(a, b) == wanted
        if what.startswith("greater"):
            a, b, what = b, a, what.replace("greater", "less")
        return self.less(a, b, "lt" if what == "less" else "le") == wanted

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

    def set_list(self, frame: Frame, one: Instruction, count: int) -> None:
        table = frame.read(one.a)
        assert isinstance(table, Table) and isinstance(one.k, int)
        for number, value in enumerate(frame.values(one.a + 1, count), one.k + 1):
            table.set(number, value)

    def do_enter(self, frame: Frame, one: Instruction) -> None:
        assert (one.a, one.b) == (frame.code.parameters, frame.code.frame_size)

    do_enter_vararg = do_enter

    def do_move(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, frame.read(one.b))

    def do_constant(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, one.k)

    def do_load_nil(self, frame: Frame, one: Instruction) -> None:
        for each in range(one.a, one.a + one.b):
            frame.write(each, None)

    def do_get_upvalue(self, frame: Frame, one: Instruction) -> None:
        where, at = frame.closure.cells[one.b]
        frame.write(one.a, where[at])

    def do_set_upvalue(self, frame: Frame, one: Instruction) -> None:
        where, at = frame.closure.cells[one.b]
        where[at] = frame.read(one.a)

    def do_get_global(self, frame: Frame, one: Instruction) -> None:
        where, at = frame.closure.cells[one.b]
        frame.write(one.a, self.index(where[at], one.k, ~one.b))

    def do_set_global(self, frame: Frame, one: Instruction) -> None:
        where, at = frame.closure.cells[one.b]
        self.set_element(where[at], one.k, frame.read(one.a), ~one.b)

    def do_get_field(self, frame: Frame, one: Instruction) -> None:
        assert isinstance(one.k, bytes)
        frame.write(one.a, self.index(frame.read(one.b), one.k, one.b))

    def do_set_field(self, frame: Frame, one: Instruction) -> None:
        assert isinstance(one.k, bytes)
        self.set_element(frame.read(one.a), one.k, frame.read(one.b), one.a)

    def do_get_index(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, self.index(frame.read(one.b), frame.read(one.c), one.b))

    def do_set_index(self, frame: Frame, one: Instruction) -> None:
        self.set_element(frame.read(one.a), frame.read(one.b), frame.read(one.c), one.a)

    def do_get_integer(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, self.index(frame.read(one.b), one.c, one.b))

    def do_set_integer(self, frame: Frame, one: Instruction) -> None:
        self.set_element(frame.read(one.a), one.c, frame.read(one.b), one.a)

    def do_self(self, frame: Frame, one: Instruction) -> None:
        value = frame.read(one.b)
        frame.write(one.a + 3, value)
        frame.write(one.a, self.index(value, one.k, one.b if one.b != one.a + 3 else None))

    def do_new_table(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, Table())

    def do_set_list(self, frame: Frame, one: Instruction) -> None:
        self.set_list(frame, one, one.b)

    def do_not(self, frame: Frame, one: Instruction) -> None:
        frame.write(one.a, not truth(frame.read(one.b)))

    def do_len(self, frame: Frame, one: Instruction) -> None:
        value = frame.read(one.b)
        handler = metamethod(value, b"__len")
        if isinstance(value, bytes):
            frame.write(one.a, len(value))
        elif handler is not None:
            frame.write(one.a, first_of(self.call(handler, [value])))
        elif isinstance(value, Table):
            frame.write(one.a, value.border())
        else:
            raise self.type_error("get length of", value, one.b)

    def do_concat(self, frame: Frame, one: Instruction) -> None:
        values = frame.values(one.b, one.c)
        assert one.c >= 2
        right = values.pop()
        while values:
            left = values.pop()
            texts = [
                text_of_number(each) if is_number(each) else each if isinstance(each, bytes) else None
                for each in (left, right)
            ]
            if None not in texts:
                right = b"".join(texts)  # type: ignore[arg-type]
                continue
            handler = metamethod(left, b"__concat")
            if handler is None:
                handler = metamethod(right, b"__concat")
            if handler is None:
                at = one.b + len(values) + (texts[0] is not None)
                raise self.type_error("concatenate", right if texts[0] is not None else left, at)
            right = first_of(self.call(handler, [left, right]))
        for each in range(one.b, one.b + one.c):
            frame.write(each, UNSET)
        frame.write(one.a, right)

    def do_jump(self, frame: Frame, one: Instruction) -> int:
        assert one.target is not None and one.target > frame.pc
        return one.target

    def do_loop(self, frame: Frame, one: Instruction) -> int:
        assert one.target is not None and one.target <= frame.pc
        return one.target

    def do_vararg(self, frame: Frame, one: Instruction) -> None:
        frame.leave(one.a, frame.varargs)

    def do_vararg_fixed(self, frame: Frame, one: Instruction) -> None:
        for each in range(one.b):
            frame.write(one.a + each, frame.varargs[each] if each < len(frame.varargs) else None)

    def do_closure(self, frame: Frame, one: Instruction) -> None:
        assert isinstance(one.k, FunctionCode)
        # A local function is in its own cell: the register is there before its value.
        cells = []
        for upvalue in one.k.upvalues:
            if upvalue.in_register and upvalue.number == one.a:
                frame.write(one.a, None)
            cells.append(
                frame.cell(upvalue.number) if upvalue.in_register else frame.closure.cells[upvalue.number]
            )
        frame.write(one.a, Closure(one.k, cells))

    def do_close(self, frame: Frame, one: Instruction) -> None:
        self.close_all(frame, one.a)

    def do_to_close(self, frame: Frame, one: Instruction) -> None:
        value = frame.read(one.a)
        if not truth(value):
            return
        if metamethod(value, b"__close") is None:
            name = next(each.name for each in reversed(frame.code.locals) if each.register == one.a)
            raise self.error(b"variable '%s' got a non-closable value" % name)
        frame.to_close.append(one.a)

    def do_for_prepare(self, frame: Frame, one: Instruction) -> int | None:
        start, limit, step = frame.values(one.a, 3)
        for value, what in ((limit, "limit"), (step, "step"), (start, "initial value")):
            if not is_number(value):
                raise self.error(f"bad 'for' {what} (number expected, got {type_name(value)})".encode())
        if step == 0:
            raise self.error(b"'for' step is zero")
        rounds: list[Value] = []
        if isinstance(start, int) and isinstance(step, int):
            assert abs(limit) < 1e6, "such loops are left to machines"
            rounds += range(start, math.floor(limit) + 1 if step > 0 else math.ceil(limit) - 1, step)
        else:
            value = float(start)
            while value <= limit if step > 0 else value >= limit:
                rounds.append(value)
                value += step
        if not rounds:
            return one.target
        frame.registers[one.a + 1] = iter(rounds[1:])
        frame.write(one.a + 3, rounds[0])
        return None

    def do_for_loop(self, frame: Frame, one: Instruction) -> int | None:
        for value in frame.registers[one.a + 1]:
            frame.write(one.a + 3, value)
            return one.target
        return None

    def do_for_call(self, frame: Frame, one: Instruction) -> None:
        function, state, control = frame.values(one.a, 3)
        frame.read(one.a + 3)
        assert one.a + 9 <= frame.code.frame_size
        frame.leave(one.a + 4, self.call(function, [state, control]))

    def do_for_in_loop(self, frame: Frame, one: Instruction) -> int | None:
        value = frame.read(one.a + 4)
        if value is None:
            return None
        frame.write(one.a + 2, value)
        return one.target


def first_of(results: list[Value]) -> Value:
    return results[0] if results else None
