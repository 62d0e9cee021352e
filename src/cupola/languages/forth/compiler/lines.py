"""The assembler's lines of the definition that is being finished, in their region: what `finish` and those who add to a
definition write."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i32, i64, inline, kernel, u8, u16
from cupola.language.assembler import Draft as Line
from cupola.languages.forth.compiler.effects import Point
from cupola.languages.forth.constants import DRAFT_LIMIT, DRAFT_OFFSET
from cupola.languages.forth.machine import VM

NEVER = 0x7FFFFFFF

POINT_BYTES = 40  # of a `Point`, at most
POINTS_OFFSET = DRAFT_OFFSET + DRAFT_LIMIT * 24
LINES_OFFSET = POINTS_OFFSET + DRAFT_LIMIT * POINT_BYTES
PLACES_OFFSET = LINES_OFFSET + DRAFT_LIMIT * 4 * 32


@inline
def points_of(vm: Ptr[VM]) -> Ptr[Point]:
    return cast(Ptr[Point], cast(Ptr[u8], vm) + POINTS_OFFSET)


@inline
def lines_of(vm: Ptr[VM]) -> Ptr[Line]:
    return cast(Ptr[Line], cast(Ptr[u8], vm) + LINES_OFFSET)


@inline
def places_of(vm: Ptr[VM]) -> Ptr[i32]:
    """For each instruction of the draft, the line that stands for it."""
    return cast(Ptr[i32], cast(Ptr[u8], vm) + PLACES_OFFSET)


@kernel
def add(vm: Ptr[VM], lines: i64, opcode: i64, point: Ptr[Point], number: i64) -> i64:
    line = lines_of(vm) + lines
    line.opcode = u16(opcode)
    line.number = number
    line.target = i32(-1)
    line.flags = u16(0)
    line.heat = i32(NEVER)
    line.site = point.returns
    return lines + 1
