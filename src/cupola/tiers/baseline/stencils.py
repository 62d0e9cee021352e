"""Reads stencils out of compiled objects: the bytes of each function, and its relocations as holes.

The relocations of the object are the only truth about where holes are. This is the one file of the tiers that knows
what machine code looks like: the last instruction of a stencil, if it jumps to the next one, is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cupola.ir.errors import IRError
from cupola.machine import elf
from cupola.machine.cold_code import COLD
from cupola.tiers.baseline.holes import HOLE, Expressions
from cupola.tiers.endings import BAIL, NEXT, TO
from cupola.tiers.layout import (
    ABSOLUTE_32,
    ABSOLUTE_64,
    TO_BAIL,
    TO_COLD,
    TO_GUEST,
    TO_HOT,
    TO_NEXT,
    TO_SYMBOL,
    TO_VALUE,
)

JUMP_BYTES = 5  # e9, distance in 32 bits
JUMP = 0xE9
DISTANCE_BYTES = 4
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
    """The bytes of a stencil and its holes: `hot` bytes that run in line, and behind them those that seldom run."""

    code: bytes
    holes: tuple[StencilHole, ...]
    hot: int

    def count(self, kind: int) -> int:
        return sum(each.kind == kind for each in self.holes)


def read_stencils(data: bytes, expressions: Expressions) -> dict[str, StencilCode]:
    """All functions of an object file as stencils, by name; raises IRError for what cannot be copied."""
    parsed = elf.parse(data)
    out: dict[str, StencilCode] = {}
    cold: dict[str, StencilCode] = {}
    functions = {each.name: each for each in parsed.symbols if each.is_function}
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
                holes.append(_hole(parsed, functions, symbol, relocations[place], expressions))
                place += 1
            code = section.data[symbol.value : end]
            if symbol.name.endswith(COLD):
                cold[symbol.name.removesuffix(COLD)] = StencilCode(code, tuple(holes), 0)
            else:
                out[symbol.name] = _cut(code, holes)
    for name, rest in cold.items():
        out[name] = _join(out[name], rest)
    return out


def _join(hot: StencilCode, cold: StencilCode) -> StencilCode:
    """A stencil and the part of it that seldom runs."""
    moved = tuple(each._replace(offset=each.offset + hot.hot) for each in cold.holes)
    return StencilCode(hot.code + cold.code, hot.holes + moved, hot.hot)


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


def _other_part(
    functions: Mapping[str, elf.Symbol], symbol: elf.Symbol, relocation: elf.Relocation
) -> StencilHole | None:
    """The hole of a jump from one part of a stencil to the other; None if it is something else."""
    to_hot = symbol.name.endswith(COLD)
    there = functions.get(symbol.name.removesuffix(COLD) if to_hot else symbol.name + COLD)
    if there is None or relocation.kind not in DISTANCES or relocation.symbol.section != there.section:
        return None
    # The distance is counted from the end of the instruction, which the hole ends.
    where = relocation.symbol.value + relocation.addend + DISTANCE_BYTES - there.value
    if not 0 <= where <= there.size:
        return None
    kind = TO_HOT if to_hot else TO_COLD
    return StencilHole(relocation.offset - symbol.value, kind, where, -DISTANCE_BYTES)


def _hole(
    parsed: elf.ObjectFile,
    functions: Mapping[str, elf.Symbol],
    symbol: elf.Symbol,
    relocation: elf.Relocation,
    expressions: Expressions,
) -> StencilHole:
    name = relocation.symbol.name
    offset = relocation.offset - symbol.value
    constant = _constant(parsed, relocation)
    if constant:
        return StencilHole(offset, TO_SYMBOL, constant, relocation.addend)
    inner = _other_part(functions, symbol, relocation)
    if inner:
        return inner
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
        return StencilCode(code[:at], tuple(holes[:-1]), at)
    return StencilCode(code, tuple(holes), len(code))
