"""Where jumps lie within lines of 32 bytes: read from machine code, and compared with counting them one by one."""

from __future__ import annotations

import random

import pytest

from cupola.machine.branches import LINE, crossings, jumps

NOP, COMPARE, MOVE = b"\x90", b"\x48\x39\xc8", b"\x48\x89\xc8"  # nop; cmp rax, rcx; mov rax, rcx
BELOW, FAR_BELOW, JUMP, INDIRECT, CALL, RETURN = (
    b"\x72\x02",  # jb +2
    b"\x0f\x82\0\0\0\0",  # jb +0
    b"\xe9\0\0\0\0",  # jmp +0
    b"\xff\xe0",  # jmp rax
    b"\xe8\0\0\0\0",  # call +0
    b"\xc3",  # ret
)


@pytest.mark.parametrize("jump", [BELOW, FAR_BELOW, JUMP, INDIRECT, CALL, RETURN])
def test_every_kind_of_jump_is_found(jump: bytes) -> None:
    assert jumps(MOVE + jump + NOP) == [(3, 3 + len(jump))]


def test_a_conditional_jump_is_one_with_the_comparison_before_it() -> None:
    assert jumps(NOP + COMPARE + BELOW) == [(1, 6)]
    assert jumps(NOP + COMPARE + JUMP) == [(4, 9)]
    assert jumps(COMPARE + MOVE + BELOW) == [(6, 8)]


def test_code_without_jumps_may_begin_anywhere() -> None:
    assert crossings(MOVE * 20) == 0
    assert crossings(b"") == 0


def test_a_jump_may_neither_cross_nor_end_at_the_end_of_a_line() -> None:
    """Of two bytes: not at 30, where it ends with the line, nor at 31, where it crosses."""
    assert crossings(BELOW) == 1 << 30 | 1 << 31
    assert crossings(NOP + BELOW) == 1 << 29 | 1 << 30


def crossed(code: bytes, at: int) -> int:
    """How many jumps cross or end a line, byte by byte."""
    return sum(
        any((at + byte) % LINE == LINE - 1 for byte in range(start, end)) for start, end in jumps(code)
    )


@pytest.mark.parametrize("seed", range(30))
def test_random_code(seed: int) -> None:
    chance = random.Random(seed)
    parts = [NOP, MOVE, COMPARE, BELOW, FAR_BELOW, JUMP, INDIRECT, CALL]
    code = b"".join(chance.choices(parts, k=chance.randrange(1, 40)))
    counts = [crossed(code, at) for at in range(LINE)]
    assert crossings(code) == sum(1 << at for at in range(LINE) if counts[at] > min(counts))
