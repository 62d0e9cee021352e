"""Puts the instructions of a variant together into one body: pops and pushes become registers, loads and stores.

A variant is a sequence of instructions and the number of stack cells that are in registers before and after it. The
cells are named from the bottom: `c0` is the deepest, so that a push moves nothing. How the body begins and ends
(dispatch, hole, loop) is the business of an `Ending`; everything else is common to the tiers.
"""

from __future__ import annotations

from collections.abc import Sequence

from cupola.ir.builder import Builder
from cupola.ir.clone import OnEnd, splice
from cupola.ir.core import Block, Constant, Result, Value
from cupola.ir.core import Instruction as IRInstruction
from cupola.ir.types import F64, I64, Type
from cupola.tiers.definition.instruction import Instruction, Operand
from cupola.tiers.definition.language import FLOAT_TOP, Language

CELL_BYTES = 8
Registers = dict[str, Value]


class StackTop:
    """The top of one guest stack at one point of a body: the values in registers, the deepest first, and how many
    elements the register `pointer`, which leads to the rest in memory, is behind."""

    def __init__(self, pointer: str, type: Type, cached: Sequence[Value] = (), popped: int = 0) -> None:
        self.pointer = pointer
        self.type = type
        self.cached = list(cached)
        self.popped = popped

    def copy(self) -> StackTop:
        return StackTop(self.pointer, self.type, self.cached, self.popped)

    def pop(self, builder: Builder, fields: Registers) -> Value:
        """Take the topmost element, from a register if one is cached, else from memory."""
        return self.cached.pop() if self.cached else self._load(builder, fields)

    def settle(self, builder: Builder, fields: Registers, count: int) -> None:
        """Store or load the deepest cached elements until exactly `count` are cached, and bring the pointer up to
        date."""
        surplus = max(0, len(self.cached) - count)
        for value in self.cached[:surplus]:
            self.popped -= 1
            builder.emit("store", self.address(builder, fields), value)
        del self.cached[:surplus]
        while len(self.cached) < count:
            self.cached.insert(0, self._load(builder, fields))
        if self.popped:
            fields[self.pointer] = self.address(builder, fields)
            self.popped = 0

    def address(self, builder: Builder, fields: Registers, count: int | None = None) -> Value:
        """What the pointer really is; with `count`, what it would be if that many elements were cached."""
        moved = 0 if count is None else count - len(self.cached)
        return builder.offset(fields[self.pointer], (self.popped + moved) * CELL_BYTES)

    def _load(self, builder: Builder, fields: Registers) -> Value:
        value = builder.value("load", self.address(builder, fields), type=self.type)
        self.popped += 1
        return value


class Frame:
    """The machine's state at one point of a body: register values, and the tops of the stack of cells (`data`) and,
    in a language that has one, of the stack of floats."""

    def __init__(self, fields: Registers, cells: Sequence[Value] = ()) -> None:
        self.fields = dict(fields)
        self.data = StackTop("sp", I64, cells)
        self.floats = StackTop("fp", F64, [fields[FLOAT_TOP]] if FLOAT_TOP in fields else ())

    @property
    def cells(self) -> list[Value]:
        """The cached cells."""
        return self.data.cached

    def copy(self) -> Frame:
        made = Frame(self.fields)
        made.data, made.floats = self.data.copy(), self.floats.copy()
        return made

    def pop(self, builder: Builder, role: str) -> Value:
        """Take the topmost cell or float."""
        return (self.floats if role == "float" else self.data).pop(builder, self.fields)

    def push(self, value: Value) -> None:
        (self.floats if value.type is F64 else self.data).cached.append(value)

    def settle(self, builder: Builder, count: int) -> None:
        """Let exactly `count` cells, and one float, be in registers, and bring the stack pointers up to date."""
        self.data.settle(builder, self.fields, count)
        if FLOAT_TOP in self.fields:
            self.floats.settle(builder, self.fields, 1)
            self.fields[FLOAT_TOP] = self.floats.cached[0]

    def seen(self, builder: Builder) -> Registers:
        """The registers as an instruction sees them: the stack pointers are right for the cells that are in
        registers, and for one float. What lies in memory may be older, and so may `ftop`."""
        given = dict(self.fields)
        if self.data.popped:
            given["sp"] = self.data.address(builder, self.fields)
        if FLOAT_TOP in given:
            given["fp"] = self.floats.address(builder, self.fields, 1)
        return given

    def holds_floats(self, name: str) -> bool:
        """Whether a register belongs to the stack of floats."""
        return FLOAT_TOP in self.fields and name in ("fp", FLOAT_TOP)

    def take_back(self, name: str, value: Value) -> None:
        """An instruction has changed a register."""
        self.fields[name] = value
        if name == "sp":
            self.data.popped = 0
        elif self.holds_floats(name):
            self.floats = StackTop("fp", F64, [self.fields[FLOAT_TOP]])


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
        stacked = [role for role, _ in instruction.parameters if role in ("cell", "float")]
        popped = [frame.pop(builder, role) for role in reversed(stacked)]
        arguments: list[Value] = []
        given: Registers = {}
        for role, name in instruction.parameters:
            if role in ("cell", "float"):
                arguments.append(popped.pop())
            elif role == "operand":
                arguments.append(operands[name])
            else:
                given = self._machine(offset)
                arguments += [given[each] for each in self.names]
        returns: list[tuple[Block, list[Value]]] = []
        ends = self._ends(instruction, operands, given, last, returns)
        splice(builder, instruction.ir(), arguments, ends)
        if not returns:
            return False
        values = self._join(returns)
        results = instruction.pushes + instruction.float_pushes
        self._take_back(instruction, frame, given, values[results:])
        for result in values[:results]:
            frame.push(result)
        return True

    def _machine(self, offset: int) -> Registers:
        """The registers as this component sees them: stack pointers up to date, pc at its own header."""
        given = self.frame.seen(self.builder)
        given["pc"] = self.ending.pc(self.builder, offset, self.entry)
        return given

    def _take_back(
        self, instruction: Instruction, frame: Frame, given: Registers, returned: Sequence[Value]
    ) -> None:
        """Bring `frame` up to date with the registers that a component gave back."""
        for name, value in zip(self.names, returned, strict=False):
            if name == "pc" or value is given[name]:
                continue
            if frame.holds_floats(name) and not instruction.moves_floats:
                raise TypeError(
                    f"{instruction.name} changes {name}: only an instruction with memory_stack=True that neither "
                    f"pops nor pushes a Float may do so"
                )
            frame.take_back(name, value)

    def _join(self, returns: list[tuple[Block, list[Value]]]) -> list[Value]:
        """Go on after the component: in the block of its only return, or in a new one where the returns meet."""
        builder = self.builder
        if len(returns) == 1:
            builder.block, values = returns[0]
            return values
        after = builder.function.add_block("after")
        columns = list(zip(*(values for _, values in returns), strict=True))
        differ = [any(each is not column[0] for each in column) for column in columns]
        for block, values in returns:
            builder.block = block
            builder.jump(after, [each for each, other in zip(values, differ, strict=True) if other])
        builder.block = after
        return [
            after.add_parameter(column[0].type) if other else column[0]
            for column, other in zip(columns, differ, strict=True)
        ]

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

    def _restart(self, instruction: Instruction, after: Sequence[Value], given: Registers) -> Frame:
        """The registers with which what gives up is run again."""
        if self.place and not self.ending.language.cache:
            # Everything is where the plain handlers expect it: this part alone is run again.
            entry = self.frame.copy()
            entry.fields["pc"] = given["pc"]
            return entry
        self._check_restart(instruction)
        entry = self.entry.copy()
        charged_before = self.frame.fields["budget"] is not self.entry.fields["budget"]
        if after and self.ending.starts_over and not charged_before:
            entry.fields["budget"] = after[self.names.index("budget")]
        return entry

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
            self.ending.slow(self.builder, self._restart(instruction, after, given), _symbol_of(first))
            return
        if not last:
            raise TypeError(f"{instruction.name} may {kind}: it can only come last in a superinstruction")
        frame = self.frame.copy()
        self._take_back(instruction, frame, given, after)
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
    """The frame that `save_machine` stored; what is pinned needs no place."""
    names = [*language.fields[1:], *((f"c{place}", I64) for place in range(cells))]
    values: Registers = {
        name: builder.value("load", builder.offset(vm, place * CELL_BYTES), type=type)
        for place, (name, type) in enumerate(names, 1)
    }
    values.update({name: Constant(I64, value) for name, value in language.pinned.items()})
    cached = [values.pop(f"c{place}") for place in range(cells)]
    return Frame({"vm": vm, **values}, cached)
