"""The holes of a stencil as the compiler wants them in memory (`layout`): sorted by how they are filled."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cupola.tiers import layout
from cupola.tiers.baseline.linear import Linear

Found = tuple[int, int, int | str | bytes, int]  # offset, kind, what and addend, as in `stencils.StencilHole`
OPERAND, PLACE, OTHER = struct.Struct("<HBBi"), struct.Struct("<HBBi"), struct.Struct("<HHIi")
ADDEND = 4  # where the addend lies in the first two
HEADER_BYTES = 8  # 8 bytes that end with an operand begin in the instruction, as its header has as many


class HoleRow(NamedTuple):
    """A hole as it lies in memory. The address of `target`, a symbol or the bytes of a constant, is added to its
    addend, if it has one."""

    data: bytes
    target: str | bytes | None = None


class HoleRows(NamedTuple):
    """The holes of a stencil."""

    operands: list[HoleRow]
    places: list[HoleRow]
    others: list[HoleRow]


def hole_rows(
    holes: Iterable[Found], hot: int, linear: Sequence[tuple[int, int, int, int] | None]
) -> HoleRows:
    """Sort the holes of a stencil that has `hot` bytes in line. `linear` says of each operand expression which simple
    form it has, if any."""
    found = HoleRows([], [], [])
    for offset, kind, what, addend in holes:
        is_cold = offset >= hot
        form = (
            linear[what] if isinstance(what, int) and kind in (layout.ABSOLUTE_32, layout.TO_VALUE) else None
        )
        row = None if form is None else _operand(offset, kind, Linear(*form), addend, is_cold)
        if row is not None:
            found.operands.append(row)
            continue
        row = _place(offset, kind, what, addend, is_cold, hot, None if form is None else Linear(*form))
        if row is not None:
            found.places.append(row)
            continue
        assert isinstance(what, int)
        found.others.append(HoleRow(OTHER.pack(offset, kind, what, addend)))
    return found


def _operand(offset: int, kind: int, form: Linear, addend: int, is_cold: bool) -> HoleRow | None:
    at = form.offset + form.bits // 8 - HEADER_BYTES
    total = addend + form.constant
    if kind != layout.ABSOLUTE_32 or not form.bits or not 0 <= at < 256 or not _fits(total):
        return None
    how = 64 - form.bits | form.shift | is_cold << layout.COLD_BIT
    return HoleRow(OPERAND.pack(offset, at, how, total))


def _place(
    offset: int, kind: int, what: int | str | bytes, addend: int, is_cold: bool, hot: int, form: Linear | None
) -> HoleRow | None:
    target = None
    if form is not None:
        if form.bits or not _fits(addend + form.constant):
            return None
        base = layout.BASE_PC if kind == layout.ABSOLUTE_32 else layout.BASE_TO_PC
        addend += form.constant
    elif kind == layout.TO_NEXT:
        base, addend = layout.BASE_HOT, addend + hot
    elif kind == layout.TO_BAIL:
        base = layout.BASE_BAIL
    elif kind in (layout.TO_HOT, layout.TO_COLD):
        assert isinstance(what, int)
        base = layout.BASE_HOT if kind == layout.TO_HOT else layout.BASE_COLD
        addend += what
    elif kind == layout.TO_SYMBOL:
        assert not isinstance(what, int)
        base, target = layout.BASE_ZERO, what
    else:
        return None
    return HoleRow(PLACE.pack(offset, base, is_cold, addend), target)


def _fits(value: int) -> bool:
    return -(1 << 31) <= value < 1 << 31
