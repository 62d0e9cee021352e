"""Stencils from objects: holes, the jump at the end, and what a stencil cannot have."""

from __future__ import annotations

import pytest

from cupola.ir.errors import IRError
from cupola.machine import elf
from cupola.machine.cold_code import COLD
from cupola.tiers.baseline.holes import Expressions
from cupola.tiers.baseline.stencils import StencilCode, read_stencils
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
from tests.machine.elf_writer import RODATA, TEXT, ObjectWriter

FUNCTION = 2  # the kind of symbols
JUMP = b"\xe9\0\0\0\0"


def read(code: bytes, *relocations: tuple[int, int, str, int]) -> StencilCode:
    """The stencil of a function of these bytes and relocations (offset, kind, symbol, addend)."""
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, code)
    writer.symbol("f", text, 0, size=len(code), kind=FUNCTION)
    for name in dict.fromkeys(name for _, _, name, _ in relocations):
        writer.symbol(name)
    for each in relocations:
        writer.relocate(text, *each)
    return read_stencils(writer.build(), Expressions())["f"]


def test_the_jump_to_the_next_instruction_is_cut_off() -> None:
    found = read(b"\x90\x90" + JUMP, (3, elf.R_PLT32, NEXT, -4))
    assert found == StencilCode(b"\x90\x90", (), 2)


def test_other_jumps_stay() -> None:
    twice = read(JUMP + JUMP, (1, elf.R_PLT32, NEXT, -4), (6, elf.R_PLT32, NEXT, -4))
    assert twice.code == JUMP and [tuple(each) for each in twice.holes] == [(1, TO_NEXT, 0, -4)]
    bail = read(JUMP, (1, elf.R_PLT32, BAIL, -4))
    assert bail.code == JUMP and bail.count(TO_BAIL) == 1
    conditional = read(b"\x0f\x84\0\0\0\0", (2, elf.R_PLT32, NEXT, -4))
    assert len(conditional.code) == 6 and conditional.count(TO_NEXT) == 1


def test_what_seldom_runs_lies_behind() -> None:
    """`jb cold; jmp next` in one section; `nop; jmp hot + 1; jmp next` in the other."""
    writer = ObjectWriter()
    hot = b"\x0f\x82\0\0\0\0" + JUMP
    cold = b"\x90" + JUMP + JUMP
    text = writer.section(".text", TEXT, hot)
    rest = writer.section(".text.cold", TEXT, cold)
    writer.symbol("f", text, 0, size=len(hot), kind=FUNCTION)
    writer.symbol("f" + COLD, rest, 0, size=len(cold), kind=FUNCTION)
    writer.symbol(NEXT)
    writer.relocate(text, 2, elf.R_PC32, "f" + COLD, 1 - 4)
    writer.relocate(text, 7, elf.R_PLT32, NEXT, -4)
    writer.relocate(rest, 2, elf.R_PLT32, "f", 1 - 4)
    writer.relocate(rest, 7, elf.R_PLT32, NEXT, -4)
    found = read_stencils(writer.build(), Expressions())
    assert list(found) == ["f"]
    assert found["f"].hot == 6 and found["f"].code == hot[:6] + cold
    assert [tuple(each) for each in found["f"].holes] == [
        (2, TO_COLD, 1, -4),
        (6 + 2, TO_HOT, 1, -4),
        (6 + 7, TO_NEXT, 0, -4),
    ]


@pytest.mark.parametrize(
    ("kind", "symbol", "expected"),
    [
        (elf.R_32, "hole 3", (ABSOLUTE_32, 3)),
        (elf.R_32S, "hole 3", (ABSOLUTE_32, 3)),
        (elf.R_64, "hole 12", (ABSOLUTE_64, 12)),
        (elf.R_PC32, "hole 3", (TO_VALUE, 3)),
        (elf.R_PLT32, f"{TO}target@8-0", (TO_GUEST, 0)),
        (elf.R_PLT32, BAIL, (TO_BAIL, 0)),
        (elf.R_PLT32, "bad_address", (TO_SYMBOL, "bad_address")),
        (elf.R_PC32, "bad_address", (TO_SYMBOL, "bad_address")),
    ],
)
def test_relocations_are_holes(kind: int, symbol: str, expected: tuple[int, int | str]) -> None:
    (hole,) = read(b"\x90" * 16, (4, kind, symbol, 7)).holes
    assert (hole.offset, hole.addend) == (4, 7)
    assert (hole.kind, hole.what) == expected


def test_holes_of_one_function_are_not_those_of_another() -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\x90" * 32)
    writer.symbol("first", text, 0, size=16, kind=FUNCTION)
    writer.symbol("second", text, 16, size=16, kind=FUNCTION)
    writer.symbol("hole 1")
    writer.relocate(text, 20, elf.R_32, "hole 1", 0)
    found = read_stencils(writer.build(), Expressions())
    assert found["first"].holes == ()
    assert [each.offset for each in found["second"].holes] == [4]


def test_a_stencil_with_data_of_its_own_is_refused() -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\x90" * 16)
    data = writer.section(".rodata", RODATA, bytes(16))
    writer.symbol("f", text, 0, size=16, kind=FUNCTION)
    writer.symbol("constants", data, 0, size=16)
    writer.relocate(text, 4, elf.R_PC32, "constants", -4)
    with pytest.raises(IRError, match=r"stencil f: .* found .*'constants'.*cannot have data of its own"):
        read_stencils(writer.build(), Expressions())


@pytest.mark.parametrize("symbol", [NEXT, BAIL, "bad_address"])
def test_the_address_of_code_is_no_hole(symbol: str) -> None:
    with pytest.raises(IRError, match="expected holes and jumps to symbols"):
        read(b"\x90" * 16, (4, elf.R_64, symbol, 0))


def test_a_constant_is_a_hole_that_holds_its_bytes() -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\x90" * 16)
    constants = writer.section(".rodata.cst8", RODATA, b"12345678abcdefgh")
    writer.symbol("f", text, 0, size=16, kind=FUNCTION)
    writer.symbol(".LCPI0_1", constants, 8)
    writer.relocate(text, 4, elf.R_PC32, ".LCPI0_1", -4)
    (hole,) = read_stencils(writer.build(), Expressions())["f"].holes
    assert tuple(hole) == (4, TO_SYMBOL, b"abcdefgh", -4)
