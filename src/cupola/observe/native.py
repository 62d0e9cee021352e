"""Machine code with the names of what it was made of beside it: instructions, stencils, operands, stubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cupola.machine.disassemble import disassemble
from cupola.machine.enter import function
from cupola.observe.decode import (
    Instruction,
    Unit,
    decode,
    labels,
    name_of,
    show_number,
    show_operand,
    variants_of,
    with_names,
)
from cupola.tiers.layout import TO_BAIL, TO_COLD, TO_GUEST, TO_HOT, TO_NEXT, TO_SYMBOL
from cupola.tiers.tables import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cupola.language.driver import Driver
    from cupola.machine.disassemble import Line

NOTE_COLUMN = 64


class Note(NamedTuple):
    """What the bytes at `address` were patched with."""

    address: int
    text: str


def threaded(vm: Driver, unit: Unit) -> str:
    """The handlers that the threaded interpreter runs for a function, each once."""
    symbols, sizes = vm.engine.symbols, vm.engine.sizes
    names = {address: name for name, address in symbols.items()}
    parts = []
    for variant in variants_of(decode(vm, unit)):
        address, size = symbols[variant.name], sizes[variant.name]
        code = vm.engine.arena.read(address - vm.engine.arena.executable, size)
        head = f"handler {variant.name}: {size} bytes"
        lines = [_shown(each) for each in disassemble(code, address, names)]
        parts.append("\n".join([head, *lines]))
    return "\n\n".join(parts)


def baseline(vm: Driver, unit: Unit) -> str:
    """The native code of a function, stencil by stencil; compiles it if it was not yet.

    Raises ValueError if the VM has no compiler, or no room for the code.
    """
    if vm.native is None:
        raise ValueError(f"the tier {vm.tier!r} does not compile")
    if not any(each.start == unit.start for each in vm.compiled) and not vm.compile(*unit):
        raise ValueError(f"{unit.name} was not compiled: {', '.join(vm.refusals)}")
    return _Baseline(vm, unit).show()


class _Baseline:
    """One function's native code: finds where each stencil lies, and what its holes hold."""

    def __init__(self, vm: Driver, unit: Unit) -> None:
        self.vm = vm
        self.unit = unit
        self.compiled = next(each for each in reversed(vm.compiled) if each.start == unit.start)
        assert vm.native is not None
        data = vm.native.read(self.compiled.address - vm.native.executable, self.compiled.size)
        self.data = data
        self.code = decode(vm, unit)
        self.labels = labels(unit, self.code)
        self.evaluate: Callable[[int, int], int] = function(
            vm.engine.symbols["operand_expression"], "i64", "i64", "ptr"
        )
        self.names = {address: name for name, address in vm.engine.symbols.items()}
        for each in vm.compiled:
            self.names[each.address] = f"native {each.name}"
        self.stubs: dict[int, str] = {}
        self.notes: list[Note] = []

    def show(self) -> str:
        size, count = self.compiled.size, len(self.code)
        lines = [
            f"{self.unit.name}: {size} bytes of native code at {self.compiled.address:#x} "
            f"for {count} instructions ({size / count:.1f} bytes each)"
        ]
        end = self.compiled.address
        for place, one in enumerate(self.code):
            if one.covered or one.variant is None:
                continue
            parts = [one, *self._covered(place)]
            if one.address in self.labels:
                lines.append(f"{self.labels[one.address]}:")
            lines.append(self._head(one.variant, parts))
            notes = self._notes(one, one.variant, parts)
            assert one.variant.stencil is not None
            end = one.handler + one.variant.stencil[1]
            lines += self._block(one.handler, end, notes)
            self.notes += notes
        return "\n".join([*lines, *self._rest(end)])

    def _covered(self, place: int) -> list[Instruction]:
        found = []
        for each in self.code[place + 1 :]:
            if not each.covered:
                break
            found.append(each)
        return found

    def _head(self, variant: Row, parts: list[Instruction]) -> str:
        shown = []
        for each in parts:
            operands = [
                show_operand(self.vm, one, self.labels) for one in each.operands if one.name != "heat"
            ]
            shown.append(" ".join([each.name, *operands]))
        offset = parts[0].address - self.unit.start
        return f"\n  +{offset}  {' | '.join(shown)}    [stencil {variant.name}]"

    def _notes(self, one: Instruction, variant: Row, parts: list[Instruction]) -> list[Note]:
        """What the holes of a stencil hold."""
        assert variant.stencil is not None
        hot, first, count = variant.stencil[1:4]
        cold = 0
        notes = []
        for offset, kind, what, addend in self.vm.engine.image["holes"][first : first + count]:
            if kind == TO_COLD:
                cold = self._leads_to(one.handler + offset, addend) - what
                self.stubs[cold] = f"what seldom runs of {one.name} at +{one.address - self.unit.start}"
                if what:  # not its start, which has that name
                    notes.append(Note(one.handler + offset, "what seldom runs"))
            place = one.handler + offset if offset < hot else cold + offset - hot
            if kind in (TO_COLD, TO_HOT):
                continue
            if kind == TO_NEXT:
                text = "next"
            elif kind == TO_SYMBOL:
                text = f"constant {what.hex()}" if isinstance(what, bytes) else f"to {what}"
            elif kind == TO_BAIL:
                self.stubs[self._leads_to(place, addend)] = (
                    f"give up {one.name} at +{one.address - self.unit.start}"
                )
                text = "give up"
            elif kind == TO_GUEST:
                target = self.evaluate(what, one.address)
                name = name_of(self.vm, target, self.labels)
                self.stubs.setdefault(self._leads_to(place, addend), f"to {name}, which is not compiled")
                text = f"to {name}"
            else:
                value = show_number(self.evaluate(what, one.address) + addend)
                text = f"{self._expression(what, one, parts)} = {value}"
            notes.append(Note(place, text))
        return notes

    def _leads_to(self, place: int, addend: int) -> int:
        """Where the 32-bit distance at a native address leads to."""
        at = place - self.compiled.address
        return place + int.from_bytes(self.data[at : at + 4], "little", signed=True) - addend

    def _expression(self, number: int, one: Instruction, parts: list[Instruction]) -> str:
        """An operand expression with the operands' names instead of their places."""
        operands = {each.address - one.address + at.offset: at.name for each in parts for at in each.operands}
        instructions = {each.address - one.address: each.name for each in parts}
        return with_names(self.vm.engine.image["expressions"][number], operands, instructions)

    def _block(self, start: int, end: int, notes: Iterable[Note]) -> list[str]:
        at = self.compiled.address
        lines = disassemble(self.data[start - at : end - at], start, self._symbols())
        return [_shown(each, notes) for each in lines]

    def _symbols(self) -> Mapping[int, str]:
        inner = {one.handler: self.labels[one.address] for one in self.code if one.address in self.labels}
        return {**self.names, **inner, **self.stubs}

    def _rest(self, end: int) -> list[str]:
        """What comes after the stencils: what seldom runs of them, where they give up, and how they reach code that is
        not native."""
        last = self.compiled.address + self.compiled.size
        places = sorted(each for each in self.stubs if end <= each < last)
        lines = ["", "  stubs:"] if places else []
        for place, after in zip(places, [*places[1:], last], strict=True):
            lines.append(f"  {self.stubs[place]}:")
            lines += self._block(place, after, self.notes)
        return lines


def _shown(line: Line, notes: Iterable[Note] = ()) -> str:
    """One line of machine code with what was patched into it, or else the names of the addresses in it."""
    end = line.address + len(line.bytes)
    patched = [each.text for each in notes if line.address <= each.address < end]
    comment = ", ".join(patched) or line.comment
    text = f"    {line.address:08x}  {line.mnemonic:8} {line.operands}"
    return f"{text:{NOTE_COLUMN}}  ; {comment}" if comment else text.rstrip()
