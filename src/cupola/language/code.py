"""Guest code made from Python: a front end adds instructions and labels, the native assembler lays them out.

    assembler = Assembler(engine, thresholds)
    main = assembler.begin("main")
    assembler.add("enter")
    top = assembler.here()
    ...
    assembler.add("repeat", to=top)
    code = assembler.finish(memory, offset, room)
    code.address(main)

States of the stack cache, superinstructions and the numbers that count work and heat are not the front end's
business: they are chosen in `finish`.
"""

from __future__ import annotations

import struct
from bisect import bisect_right

from cupola.language.draft_flags import ABSOLUTE, ENTRY, LABEL
from cupola.language.limits import NEVER
from cupola.machine.memory import map_low

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.language.limits import Thresholds
    from cupola.machine.memory import LowMemory
    from cupola.tiers.engine import Engine

# `assembler.Draft`: number, target, heat, opcode, flags, variant, covers, place, site, three states.
DRAFT = struct.Struct("<qiiHHHHIBBBB")
_PLACE = 7
_RANGES = {4: (-(1 << 31), (1 << 31) - 1), 8: (-(1 << 63), (1 << 63) - 1)}


class CodeError(ValueError):
    """The front end asked for guest code that cannot be: unknown instructions, missing operands."""


class Label:
    """A place in guest code. `line` is the number of the instruction there, once it is placed."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.line: int | None = None


class Unit:
    """A function of the guest: its name, its guest code from `start` up to `end`, where it begins."""

    def __init__(self, name: str, start: int, end: int, where: Any) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.where = where


class _Line:
    """One instruction of the draft."""

    def __init__(
        self, opcode: int, number: int | None, target: Label | int | None, where: Any, flags: int
    ) -> None:
        self.opcode = opcode
        self.number = number
        self.target = target
        self.where = where
        self.flags = flags


class Assembler:
    """Collects the instructions of a program.

    `where` is whatever the front end wants to know later about the instructions added from now on: a position
    in the source. Functions follow each other; control must not run from one into the next.
    """

    def __init__(self, engine: Engine, thresholds: Thresholds) -> None:
        self.engine = engine
        self.thresholds = thresholds
        self.where: Any = None
        self._below = _bounds_of_kinds()
        self._opcodes = {fact["name"]: number for number, fact in enumerate(engine.facts)}
        self._lines: list[_Line] = []
        self._units: list[tuple[str, int, Any]] = []
        self._labels: list[Label] = []
        self._flags = 0

    # --- adding ---------------------------------------------------------------------------------------------

    def begin(self, name: str, label: Label | None = None) -> Label:
        """Begin a function, whose first instruction may be entered from anywhere; returns its label."""
        self._units.append((name, len(self._lines), self.where))
        label = self.place(label or Label(name))
        self._flags |= ENTRY
        return label

    def place(self, label: Label) -> Label:
        """Let a label be where the next instruction is."""
        if label.line is not None:
            raise CodeError(f"the label {label.name!r} is placed twice")
        label.line = len(self._lines)
        self._labels.append(label)
        self._flags |= LABEL
        return label

    def here(self) -> Label:
        """A new label, placed here."""
        return self.place(Label())

    def add(
        self, name: str, number: int | None = None, *, to: Label | int | None = None, site: int = 0
    ) -> None:
        """Add an instruction; `number` is its number operand, `to` its target: a label, or a guest address.

        An instruction that counts heat gets its cost as its number, if none is given: the instructions of the
        loop that it ends, or of the function that it begins.
        """
        if name not in self._opcodes:
            raise CodeError(f"{self.engine.image['language']} has no instruction {name!r}")
        if not self._units:
            raise CodeError(f"{name}: an instruction outside of any function; call begin() first")
        facts = self.engine.facts[self._opcodes[name]]
        self._check(name, facts, number, to)
        line = _Line(self._opcodes[name], number, to, self.where, self._flags)
        line.flags |= ABSOLUTE if isinstance(to, int) else 0
        self._flags = 0
        self._lines.append(line)

    def _check(self, name: str, facts: dict[str, Any], number: int | None, to: Label | int | None) -> None:
        takes_number, takes_target = "number_offset" in facts, "target_offset" in facts
        if (to is not None) != takes_target:
            raise CodeError(f"{name} {'needs a' if takes_target else 'takes no'} target (to=...)")
        if number is None:
            if takes_number and "heat_offset" not in facts:
                raise CodeError(f"{name} needs a number")
            return
        if not takes_number:
            raise CodeError(f"{name} takes no number, found {number}")
        if isinstance(to, int):
            raise CodeError(f"{name} goes to a guest address, and has no room for the number {number}")
        low, high = _RANGES[facts["number_bytes"]]
        if not low <= number <= high:
            raise CodeError(f"{name}: the number {number} does not fit {facts['number_bytes']} bytes")
        for operand, kind, _ in facts["operands"]:
            below = self._below.get(kind)
            if below is not None and not 0 <= number < below:
                raise CodeError(f"{name}: {operand} must be from 0 to {below - 1}, found {number}")

    # --- finishing ------------------------------------------------------------------------------------------

    def finish(self, memory: LowMemory, offset: int, room: int, loop_variant: int = -1) -> Code:
        """Lay the program out at `offset` bytes into `memory`, where there are `room` bytes.

        `loop_variant` is that of an interpreter that is a loop, or -1. Raises CodeError.
        """
        if not self._lines:
            raise CodeError("the program has no instructions")
        if not self.engine.facts[self._lines[-1].opcode]["ends"]:
            raise CodeError("control runs out of the end of the program")
        count = len(self._lines)
        draft = map_low(-(-count * DRAFT.size // 4096) * 4096)
        try:
            draft.write(0, b"".join(self._pack(number) for number in range(count)))
            assemble = self.engine.entry("assemble", "i64", "ptr", "ptr", "i64", "ptr", "i64", "i64")
            start = memory.address + offset
            size: int = assemble(self.engine.tables, draft.address, count, start, room, loop_variant)
            if size < 0:
                raise CodeError(f"the program takes more than the {room:,} bytes for guest code")
            places = [each[_PLACE] for each in DRAFT.iter_unpack(draft.read(0, count * DRAFT.size))]
        finally:
            draft.close()
        return Code(start, start + size, [start + each for each in places], self._lines, self._units)

    def _pack(self, number: int) -> bytes:
        line = self._lines[number]
        target, operand, heat = -1, line.number, NEVER
        if isinstance(line.target, int):
            operand = line.target
        elif line.target is not None:
            if line.target.line is None:
                raise CodeError(f"the label {line.target.name!r} is not placed")
            target = line.target.line
        if "heat_offset" in self.engine.facts[line.opcode]:
            unit = self._unit_size(number)
            work = number - target + 1 if 0 <= target <= number else unit
            operand = work if operand is None else operand
            heat = self._heat(work, unit, target >= 0)
        return DRAFT.pack(operand or 0, target, heat, line.opcode, line.flags, 0, 0, 0, 0, 0, 0, 0)

    def _unit_size(self, line: int) -> int:
        """The instructions of the function that a line belongs to."""
        number = bisect_right(self._units, line, key=lambda unit: unit[1])
        end = self._units[number][1] if number < len(self._units) else len(self._lines)
        return end - self._units[number - 1][1]

    def _heat(self, work: int, unit: int, is_loop: bool) -> int:
        """How often the instruction runs before its function is worth compiling; see `Thresholds`."""
        wanted = self.thresholds.loops if is_loop else self.thresholds.calls
        if wanted >= NEVER or not is_loop:
            return wanted
        return min(max(wanted * unit // work, 1), NEVER)


def _bounds_of_kinds() -> dict[str, int]:
    """The kinds of operands that are not negative and below some number, which native code relies on."""
    from cupola.tiers.definition import operands

    kinds = (each for each in vars(operands).values() if isinstance(each, operands.OperandKind))
    return {each.name: each.below for each in kinds if each.below and each.is_number}


class Code:
    """Guest code in memory, from `start` up to `end`, and what is known about it."""

    def __init__(
        self, start: int, end: int, places: list[int], lines: list[_Line], units: list[tuple[str, int, Any]]
    ) -> None:
        self.start = start
        self.end = end
        self._places = places
        self._lines = lines
        starts = [places[line] for _, line, _ in units]
        self.units = [
            Unit(name, at, until, where)
            for (name, _, where), at, until in zip(units, starts, [*starts[1:], end], strict=True)
        ]
        self._starts = starts

    def address(self, label: Label) -> int:
        """The guest address of a label."""
        if label.line is None or label.line >= len(self._places):
            raise CodeError(f"the label {label.name!r} is not placed")
        return self._places[label.line]

    def unit_at(self, pc: int) -> Unit | None:
        """The function that a guest address lies in, or None."""
        if not self.start <= pc < self.end:
            return None
        return self.units[bisect_right(self._starts, pc) - 1]

    def position(self, pc: int) -> Any:
        """What `Assembler.where` was when the instruction at `pc` was added; None outside of the code."""
        if not self.start <= pc < self.end:
            return None
        return self._lines[bisect_right(self._places, pc) - 1].where
