"""Reads stencils out of compiled objects: the bytes of each function, and its relocations as holes.

The relocations of the object are the only truth about where holes are. This is the one file of the tiers that knows
what machine code looks like: the last instruction of a stencil, if it jumps to the next one, is cut off.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.ir.errors import IRError
from cupola.machine import elf
from cupola.tiers.baseline.holes import HOLE, Expressions
from cupola.tiers.endings import BAIL, NEXT, TO
from cupola.tiers.layout import ABSOLUTE_32, ABSOLUTE_64, TO_BAIL, TO_GUEST, TO_NEXT, TO_SYMBOL, TO_VALUE

JUMP_BYTES = 5  # e9, distance in 32 bits
JUMP = 0xE9
CONSTANTS = ".rodata.cst"  # the names of sections for constants begin so; their width in bytes follows
WIDTHS = {elf.R_32: ABSOLUTE_32, elf.R_32S: ABSOLUTE_32, elf.R_64: ABSOLUTE_64}
DISTANCES = (elf.R_PC32, elf.R_PLT32)


class StencilHole(NamedTuple):
    """A hole of a stencil: offset in bytes, kind (see `layout`), expression number, symbol or the bytes of a constant,
    addend."""

    offset: int
    kind: int
    what: int | str | bytes
    addend: int


class StencilCode(NamedTuple):
    """The bytes of a stencil and its holes."""

    code: bytes
    holes: tuple[StencilHole, ...]

    def count(self, kind: int) -> int:
        return sum(each.kind == kind for each in self.holes)


def read_stencils(data: bytes, expressions: Expressions) -> dict[str, StencilCode]:
    """All functions of an object file as stencils, by name; raises IRError for what cannot be copied."""
    parsed = elf.parse(data)
    out: dict[str, StencilCode] = {}
    for section in parsed.sections:
        if not section.flags & elf.SHF_EXECINSTR:
            continue
        relocations = sorted(parsed.relocations.get(section.index, []), key=lambda each: each.offset)
        symbols = [each for each in parsed.symbols if each.is_function and each.section == section.index]
        symbols.sort(key=lambda each: each.value)
        place = 0
        for symbol in symbols:
            end = symbol.value + symbol.size
            holes: list[StencilHole] = []
            while place < len(relocations) and relocations[place].offset < end:
                each = relocations[place]
                constant = _constant(parsed, each)
                if constant:
                    hole = StencilHole(each.offset - symbol.value, TO_SYMBOL, constant, each.addend)
                else:
                    hole = _hole(symbol, each, expressions)
                holes.append(hole)
                place += 1
            out[symbol.name] = _cut(section.data[symbol.value : end], holes)
    return out


def _constant(parsed: elf.ObjectFile, relocation: elf.Relocation) -> bytes:
    """The bytes of the constant that a relocation refers to, by the distance to it; empty if it is none.

    A constant has no address of its own: it lies in a section for constants of one width. All code and all tables lie
    so low that a distance reaches any.
    """
    place = relocation.symbol.section
    if relocation.kind not in DISTANCES or not 0 < place < len(parsed.sections):
        return b""
    section = parsed.sections[place]
    width = section.name.removeprefix(CONSTANTS)
    if width == section.name or not width.isdigit():
        return b""
    return section.data[relocation.symbol.value : relocation.symbol.value + int(width)]


def _hole(symbol: elf.Symbol, relocation: elf.Relocation, expressions: Expressions) -> StencilHole:
    name = relocation.symbol.name
    offset = relocation.offset - symbol.value
    if relocation.kind in WIDTHS and name.startswith(HOLE):
        number = int(name.removeprefix(HOLE))
        return StencilHole(offset, WIDTHS[relocation.kind], number, relocation.addend)
    if relocation.kind in DISTANCES and name.startswith(HOLE):  # data at the address that the hole holds
        return StencilHole(offset, TO_VALUE, int(name.removeprefix(HOLE)), relocation.addend)
    if relocation.kind in DISTANCES and relocation.symbol.section == elf.SHN_UNDEF and name:
        if name == NEXT:
            return StencilHole(offset, TO_NEXT, 0, relocation.addend)
        if name == BAIL:
            return StencilHole(offset, TO_BAIL, 0, relocation.addend)
        if name.startswith(TO):
            return StencilHole(offset, TO_GUEST, expressions.target(name.removeprefix(TO)), relocation.addend)
        return StencilHole(offset, TO_SYMBOL, name, relocation.addend)
    raise IRError(
        f"stencil {symbol.name}: expected holes and jumps to symbols, found {relocation.kind_name} of "
        f"{name or 'a section'!r}: a stencil cannot have data of its own"
    )


def _cut(code: bytes, holes: list[StencilHole]) -> StencilCode:
    """Without the trailing jump to the next instruction: what follows in memory is the next instruction."""
    at = len(code) - JUMP_BYTES
    if holes and holes[-1].kind == TO_NEXT and holes[-1].offset == at + 1 and code[at] == JUMP:
        return StencilCode(code[:at], tuple(holes[:-1]))
    return StencilCode(code, tuple(holes))
