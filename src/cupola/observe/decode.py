"""Guest code as objects: one for each instruction of a function, with its operands and its variant."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from cupola.tiers.definition import operands
from cupola.tiers.definition.instruction import COUNTDOWN
from cupola.tiers.headers import OPCODE_BITS, OPCODE_MASK
from cupola.tiers.layout import NO_VARIANT
from cupola.tiers.tables import LOOPS, Row

if TYPE_CHECKING:
    from cupola.language.driver import Driver

LIKELY_ADDRESS = 1 << 24
_LEAF = re.compile(r"(\w+)@(\d+)(?:-\d+)?(?:<\d+)?")
_KINDS = {
    kind.name: kind
    for kind in vars(operands).values()
    if isinstance(kind, operands.OperandKind) and kind.role == "operand"
} | {COUNTDOWN.name: COUNTDOWN}


class Unit(NamedTuple):
    """One function: the guest addresses where its code starts and ends, and its name."""

    start: int
    end: int
    name: str


class Operand(NamedTuple):
    """An operand: its name, its value (an address, if it is relative; a float is one), its offset in the instruction
    in bytes; whether it is a constant, which the language can show."""

    name: str
    value: int | float
    relative: bool
    offset: int
    constant: bool = False


class Instruction(NamedTuple):
    """One instruction of guest code, with its header's content and its operands.

    `variant` is None where the header names none. `covered`: it is part of the superinstruction that began before it.
    """

    address: int
    name: str
    length: int
    site: int
    handler: int
    variant: Row | None
    operands: list[Operand]
    covered: bool

    @property
    def end(self) -> int:
        return self.address + self.length


def decode(vm: Driver, unit: Unit) -> list[Instruction]:
    """The instructions of a function."""
    engine = vm.engine
    found: list[Instruction] = []
    address, covers_to = unit.start, unit.start
    while address < unit.end:
        header = vm.memory.read(address - vm.address, 8)
        handler, packed, number = (int.from_bytes(header[a:b], "little") for a, b in ((0, 4), (4, 6), (6, 8)))
        facts = engine.facts[packed & OPCODE_MASK]
        variant = _variant(engine, number)
        covered = address < covers_to
        if not covered and variant is not None:
            covers_to = address + variant.length
        data = vm.memory.read(address - vm.address, facts["length"])
        found.append(
            Instruction(
                address, facts["name"], facts["length"], packed >> OPCODE_BITS, handler, variant,
                [_operand(each, data, address) for each in facts["operands"]], covered,
            )
        )  # fmt: skip
        address += facts["length"]
    return found


def _variant(engine: Any, number: int) -> Row | None:
    if number == NO_VARIANT:
        return None
    if number < len(engine.variants):
        return Row(*engine.variants[number])
    canonical = engine.image["canonical"]
    name = LOOPS[number - len(engine.variants)].replace("_", " ")
    return Row(name, 0, 0, 1, canonical, canonical, True, None)


def _operand(described: tuple[str, str, int], data: bytes, address: int) -> Operand:
    name, kind_name, offset = described
    kind = _KINDS[kind_name]
    if kind.stored.is_float:
        return Operand(name, struct.unpack_from("<d", data, offset)[0], False, offset)
    if kind.cells:
        return Operand(name, address + offset, False, offset)
    value = int.from_bytes(data[offset : offset + kind.stored.bytes], "little", signed=True)
    return Operand(name, value + address if kind.relative else value, kind.relative, offset, kind.read)


def labels(unit: Unit, code: list[Instruction]) -> dict[int, str]:
    """Names for the places inside the function that its branches lead to, in order of address."""
    targets = {int(each.value) for one in code for each in one.operands if each.relative}
    inside = sorted(target for target in targets if unit.start < target < unit.end)
    return {target: f"L{number}" for number, target in enumerate(inside, 1)}


def name_of(vm: Driver, address: int, known: dict[int, str]) -> str:
    """A guest address as people read it: a label, the name of the function that begins there, or a number."""
    if address in known:
        return known[address]
    try:
        start, _, name = vm.unit_at(address)
    except LookupError:
        return f"{address:#x}"
    return name if start == address else f"{name}+{address - start}"


def show_number(value: int | float) -> str:
    """Small numbers and floats in decimal, what may be an address in hexadecimal."""
    if isinstance(value, float):
        return repr(value)
    return f"{value}" if abs(value) < LIKELY_ADDRESS else f"{value:#x}"


def show_operand(vm: Driver, operand: Operand, known: dict[int, str]) -> str:
    """`name=value`, with the name of what an address leads to."""
    if operand.relative:
        return f"{operand.name}={name_of(vm, int(operand.value), known)}"
    shown = vm.constant_text(int(operand.value)) if operand.constant else None
    return f"{operand.name}={show_number(operand.value) if shown is None else shown}"


def with_names(expression: str, operands: dict[int, str], instructions: dict[int, str]) -> str:
    """An operand expression, whose leaves say places (`i32@8`, `pc@16`, see `tiers.endings`), with names instead.

    `operands` and `instructions` have them by their offset from the first header.
    """

    def name(found: re.Match[str]) -> str:
        place = int(found[2])
        if found[1] == "pc":
            return f"pc of {instructions[place]}" if place in instructions else found[0]
        return operands.get(place, found[0])

    return _LEAF.sub(name, expression)


def variants_of(code: list[Instruction]) -> list[Row]:
    """The variants whose code runs, each once, in the order in which they come first."""
    found = {one.variant.name: one.variant for one in code if one.variant is not None and not one.covered}
    return [each for each in found.values() if not each.step]
