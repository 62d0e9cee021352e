"""A reference interpreter of Lua's instructions: what each means, said as plainly as possible.

It is strict where machines are not: it fails when an instruction reads a register that holds nothing, when open values
are not used by the very next instruction, or are not where that expects them.
"""

from __future__ import annotations

import math
from typing import Any

from cupola.languages.lua.front import FunctionCode, Instruction
from cupola.languages.lua.front.naming import ARITHMETIC, in_message, of_callee
from tests.languages.lua.front.isa_operations import UNSET, Frame, Operations, first_of
from tests.languages.lua.front.isa_values import (
    Closure,
    LuaError,
    Table,
    Value,
    is_number,
    metamethod,
    text_of_number,
    truth,
    type_name,
)

MOST_CALLS = 150
COMPARISONS = ("less_equal", "greater_equal", "less", "greater", "equal")
OPERATORS = frozenset(ARITHMETIC)


class Interpreter(Operations):
    """Runs functions."""

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
            left: tuple[Value, int | None] = (frame.read(one.b), one.b)
            right = (one.k, None) if name.endswith("_k") else (frame.read(one.c), one.c)
            if name.endswith("_k") and one.c:
                left, right = right, left
            frame.write(one.a, self.arithmetic(event, left[0], right[0], left[1], right[1]))
        elif name in ("unm", "bnot"):
            value = frame.read(one.b)
            frame.write(one.a, self.arithmetic(name, value, value, one.b, one.b))
        else:
            raise AssertionError(f"no instruction is called {name}")

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
