"""Puts the instructions of a variant together into one body: pops and pushes become registers, loads and stores.

A variant is a sequence of instructions and the number of stack cells that are in registers before and after it. The
cells are named from the bottom: `c0` is the deepest, so that a push moves nothing. How the body begins and ends
(dispatch, hole, loop) is the business of an `Ending`; everything else is common to the tiers.
"""

from __future__ import annotations

from collections.abc import Sequence

from cupola.ir.builder import Builder
from cupola.ir.clone import OnEnd, splice
from cupola.ir.core import Block, Result, Value
from cupola.ir.core import Instruction as IRInstruction
from cupola.ir.types import I64
from cupola.tiers.definition.instruction import Instruction, Operand
from cupola.tiers.definition.language import Language

CELL_BYTES = 8
Registers = dict[str, Value]


class Frame:
    """The machine's state at one point of a body: register values, the cached cells, and how far sp has moved."""

    def __init__(self, fields: Registers, cells: Sequence[Value] = (), popped: int = 0) -> None:
        self.fields = dict(fields)
        self.cells = list(cells)
        self.popped = popped

    def copy(self) -> Frame:
        return Frame(self.fields, self.cells, self.popped)

    def pop(self, builder: Builder) -> Value:
        """Take the topmost cell, from a register if one is cached, else from memory."""
        return self.cells.pop() if self.cells else self._load(builder)

    def push(self, value: Value) -> None:
        self.cells.append(value)

    def settle(self, builder: Builder, count: int) -> None:
        """Store or load the deepest cached cells until exactly `count` are cached, and bring sp up to date."""
        surplus = max(0, len(self.cells) - count)
        for value in self.cells[:surplus]:
            self.popped -= 1
            builder.emit("store", self._address(builder, 0), value)
        del self.cells[:surplus]
        while len(self.cells) < count:
            self.cells.insert(0, self._load(builder))
        self.update_sp(builder)

    def update_sp(self, builder: Builder) -> None:
        if self.popped:
            self.fields["sp"] = self._address(builder, 0)
            self.popped = 0

    def _load(self, builder: Builder) -> Value:
        value = builder.value("load", self._address(builder, 0), type=I64)
        self.popped += 1
        return value

    def _address(self, builder: Builder, cells: int) -> Value:
        return builder.offset(self.fields["sp"], (self.popped + cells) * CELL_BYTES)


class Ending:
    """How a tier reads operands and leaves a body. `entry` are the registers and cells as they were at its start."""

    # Whether an instruction that gives up is run once more, by its plain handler.
    starts_over = False

    def __init__(self, language: Language) -> None:
        self.language = language

    def operand(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> Value:
        """The value of an operand of the component that starts `offset` bytes after the body's first header."""
        raise TypeError(f"{type(self).__name__} does not read operands")

    def pc(self, builder: Builder, offset: int, entry: Frame) -> Value:
        """The address of the component that starts `offset` bytes after the body's first header."""
        raise TypeError(f"{type(self).__name__} does not know the pc")

    def next(self, builder: Builder, frame: Frame, entry: Frame, length: int) -> None:
        """Go on with the instruction after the body, which is `length` bytes long."""
        raise TypeError(f"{type(self).__name__} cannot fall through")

    def jump(self, builder: Builder, frame: Frame, target: Value, operand: str | None) -> None:
        """Go on at `target`; `operand` names the operand that it is, if it is one."""
        raise TypeError(f"{type(self).__name__} cannot jump")

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        """Give up, and run slow path `function` with the machine as it was at the start.

        Where the instruction then starts over, the budget alone is handed on as it stands, so that native code
        need not keep the old one. A slow path that finds a negative budget knows that it was charged twice. (In a
        superinstruction only by the first component that charges: those after it hand on what was at the start.)
        """
        raise TypeError(f"{type(self).__name__} cannot give up")

    def resume(self, builder: Builder, frame: Frame) -> None:
        """Go on at the frame's pc, whatever it expects in registers; the whole stack is in memory."""
        builder.end("tail_call", handler_arguments(builder, self.language, frame), symbol=RESUME)

    def exit(self, builder: Builder, frame: Frame, reason: Value) -> None:
        """Return to the driver with everything saved; the whole stack is in memory."""
        save_machine(builder, self.language, frame)
        builder.emit("store", frame.fields["vm"], reason)
        builder.end("return")

    def heat(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> None:
        """Count the body's countdown down; at zero ask for a faster tier. Native code does not count."""


def expand(
    builder: Builder, sequence: Sequence[Instruction], entry: Frame, state_out: int | None, ending: Ending
) -> None:
    """Append the body of `sequence` at the builder, from `entry` to the ways that `ending` knows to leave.

    `state_out` is the number of cells in registers wherever control goes on; None means as many as come out of the
    sequence, up to the language's limit.
    """
    _Expansion(builder, sequence, entry, state_out, ending).run()


def natural_state(language: Language, sequence: Sequence[Instruction], state_in: int) -> int:
    """How many cells are in registers after `sequence`.

    It is the number that its instructions leave one by one, also for a superinstruction: one that gives up goes on
    as single instructions, and must end where it would have ended.
    """
    state = state_in
    for each in sequence:
        cached = 0 if each.memory_stack else state
        cached = max(cached - each.pops, 0) + each.pushes
        if each.jumps:
            cached = max(cached, language.least_at_label)
        state = min(cached, language.cache) if each.out_state is None else each.out_state
    return state


class _Expansion:
    """The work of `expand`: one component after the other, threading the frame through."""

    def __init__(
        self,
        builder: Builder,
        sequence: Sequence[Instruction],
        entry: Frame,
        state_out: int | None,
        ending: Ending,
    ) -> None:
        self.builder = builder
        self.sequence = sequence
        self.entry = entry
        self.frame = entry.copy()
        self.ending = ending
        language = ending.language
        self.names = [name for name, _ in language.fields]
        forced = natural_state(language, sequence, len(entry.cells)) if state_out is None else state_out
        self.state_out = forced
        self.length = sum(each.length for each in sequence)
        self.place = 0

    def run(self) -> None:
        self._heat()
        offset = 0
        for place, each in enumerate(self.sequence):
            self.place = place
            last = self.place == len(self.sequence) - 1
            falls_through = self._component(each, offset, last)
            offset += each.length
            if not falls_through:
                return
        self.frame.settle(self.builder, self.state_out)
        self.ending.next(self.builder, self.frame, self.entry, self.length)

    def _heat(self) -> None:
        """Count before anything else, so that nothing has happened yet when a faster tier takes over."""
        offset = 0
        for each in self.sequence:
            if each.heat:
                self.ending.heat(self.builder, each.operand("heat"), offset, self.entry)
            offset += each.length

    def _component(self, instruction: Instruction, offset: int, last: bool) -> bool:
        """Append one instruction; False if control never falls out of it."""
        builder, frame = self.builder, self.frame
        if instruction.memory_stack:
            frame.settle(builder, 0)
        operands = {
            each.name: self.ending.operand(builder, each, offset, self.entry)
            for each in instruction.operands
            if each.name != "heat"
        }
        cells = [frame.pop(builder) for _ in range(instruction.pops)][::-1]
        arguments: list[Value] = []
        popped = iter(cells)
        given: Registers = {}
        for role, name in instruction.parameters:
            if role == "cell":
                arguments.append(next(popped))
            elif role == "operand":
                arguments.append(operands[name])
            else:
                given = self._machine(instruction, offset)
                arguments += given.values()
        returns: list[tuple[Block, list[Value]]] = []
        ends = self._ends(instruction, operands, given, last, returns)
        splice(builder, instruction.ir(), arguments, ends)
        if not returns:
            return False
        values = self._join(returns)
        for result in values[: instruction.pushes]:
            frame.push(result)
        self._take_back(frame, given, values[instruction.pushes :])
        return True

    def _machine(self, instruction: Instruction, offset: int) -> Registers:
        """The registers as this component sees them: sp up to date, pc at its own header."""
        given = dict(self.frame.fields)
        if "sp" in given and self.frame.popped:
            given["sp"] = self.builder.offset(given["sp"], self.frame.popped * CELL_BYTES)
        given["pc"] = self.ending.pc(self.builder, offset, self.entry)
        return given

    def _take_back(self, frame: Frame, given: Registers, returned: Sequence[Value]) -> None:
        """Bring `frame` up to date with the registers that a component gave back."""
        for name, value in zip(self.names, returned, strict=False):
            if name == "pc" or value is given[name]:
                continue
            frame.fields[name] = value
            if name == "sp":
                frame.popped = 0

    def _join(self, returns: list[tuple[Block, list[Value]]]) -> list[Value]:
        """Go on after the component: in the block of its only return, or in a new one where the returns meet."""
        builder = self.builder
        if len(returns) == 1:
            builder.block, values = returns[0]
            return values
        after = builder.function.add_block("after")
        for block, values in returns:
            builder.block = block
            builder.jump(after, values)
        builder.block = after
        return [after.add_parameter(each.type) for each in returns[0][1]]

    def _ends(
        self,
        instruction: Instruction,
        operands: dict[str, Value],
        given: Registers,
        last: bool,
        returns: list[tuple[Block, list[Value]]],
    ) -> dict[str, OnEnd]:
        def on_return(builder: Builder, end: IRInstruction, values: Sequence[Value]) -> None:
            returns.append((builder.block, list(values)))

        def on_leave(builder: Builder, end: IRInstruction, values: Sequence[Value]) -> None:
            self._leave(instruction, end.symbol, values, operands, given, last)

        return {"return": on_return, "leave": on_leave}

    def _check_restart(self, instruction: Instruction) -> None:
        """What gives up is run again from its start: nothing that would then come out differently may have happened.

        A write is no harm if nothing was read before it: running again, it writes the same.
        """
        read = False
        for each in self.sequence[: self.place]:
            reads, writes = each.touches()
            read |= reads
            if writes and read:
                raise TypeError(
                    f"superinstruction {'+'.join(one.name for one in self.sequence)}: {instruction.name} may give up "
                    f"after {each.name} has written what an earlier part read"
                )

    def _leave(
        self,
        instruction: Instruction,
        kind: str,
        values: Sequence[Value],
        operands: dict[str, Value],
        given: Registers,
        last: bool,
    ) -> None:
        first, after = values[0], values[1:]
        if kind == "slow":
            self._check_restart(instruction)
            entry = self.entry.copy()
            charged_before = self.frame.fields["budget"] is not self.entry.fields["budget"]
            if after and self.ending.starts_over and not charged_before:
                entry.fields["budget"] = after[self.names.index("budget")]
            self.ending.slow(self.builder, entry, _symbol_of(first))
            return
        if not last:
            raise TypeError(f"{instruction.name} may {kind}: it can only come last in a superinstruction")
        frame = self.frame.copy()
        self._take_back(frame, given, after)
        named = next((name for name, value in operands.items() if value is first), None)
        if kind == "jump":
            frame.settle(self.builder, self.state_out)
            self.ending.jump(self.builder, frame, first, named)
        elif kind in ("resume", "exit"):
            frame.settle(self.builder, 0)
            frame.fields["pc"] = first if kind == "resume" else after[-1]
            if kind == "resume":
                self.ending.resume(self.builder, frame)
            else:
                self.ending.exit(self.builder, frame, first)
        else:
            raise TypeError(f"{instruction.name} leaves by {kind!r}, which no tier knows")


def _symbol_of(value: Value) -> str:
    if isinstance(value, Result) and value.instruction.operation.name == "symbol":
        return value.instruction.symbol
    raise TypeError("slow(...) takes the name of a slow path, not a computed value")


# --- the machine as arguments and in memory -------------------------------------------------------------------------

RESUME = "resume"


def handler_arguments(builder: Builder, language: Language, frame: Frame) -> list[Value]:
    """The arguments of a handler, in the order of its signature; cells that are not cached are undefined."""
    cells = {f"c{index}": value for index, value in enumerate(frame.cells)}
    known = {**frame.fields, **cells}
    out: list[Value] = []
    for name, type in language.signature:
        out.append(known[name] if name in known else builder.value("undefined", type=type))
    return out


def save_machine(builder: Builder, language: Language, frame: Frame) -> None:
    """Store the registers, and the cached cells after them, in the VM's context."""
    vm = frame.fields["vm"]
    values = [frame.fields[name] for name, _ in language.fields] + frame.cells
    for place, value in enumerate(values):
        if place:
            builder.emit("store", builder.offset(vm, place * CELL_BYTES), value)


def load_machine(builder: Builder, language: Language, vm: Value, cells: int) -> Frame:
    """The frame that `save_machine` stored."""
    names = [*language.fields[1:], *((f"c{place}", I64) for place in range(cells))]
    values: Registers = {
        name: builder.value("load", builder.offset(vm, place * CELL_BYTES), type=type)
        for place, (name, type) in enumerate(names, 1)
    }
    cached = [values.pop(f"c{place}") for place in range(cells)]
    return Frame({"vm": vm, **values}, cached)
