"""Room for code: pieces do not overlap, nothing is lost, and what was given back is used again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cupola.language.room import FEW, Room


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 200)), max_size=300), st.integers(50, 400))
def test_pieces_do_not_overlap(steps: list[tuple[int, int]], size: int) -> None:
    room = Room(100, 100 + size)
    held: list[tuple[int, int]] = []
    for wanted, which in steps:
        if which < 100:
            start = room.take(wanted)
            if start is None:
                assert all(end - first < wanted for first, end in _free(held, 100, 100 + size))
                continue
            assert start >= 100 and start + wanted <= 100 + size
            assert all(start + wanted <= first or first + many <= start for first, many in held)
            held.append((start, wanted))
        elif held:
            room.give(*held.pop(which % len(held)))
        assert room.used == sum(many for _, many in held)


def _free(held: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The ranges that no piece lies in."""
    borders = [start, *(place for first, many in sorted(held) for place in (first, first + many)), end]
    return list(zip(borders[::2], borders[1::2], strict=True))


def test_pieces_of_one_size_take_no_more() -> None:
    room = Room(0, 1 << 30)
    pieces = [room.take(48) for _ in range(1000)]
    top = room.top
    for _ in range(10):
        for piece in pieces:
            assert piece is not None
            room.give(piece, 48)
        pieces = [room.take(48) for _ in range(1000)]
    assert room.top == top and len(set(pieces)) == 1000


def test_neighbours_become_one_and_the_last_ones_are_not_in_use_any_more() -> None:
    room = Room(0, 1000)
    pieces = [room.take(10) for _ in range(100)]
    assert room.take(1) is None
    for piece in pieces[:50]:
        assert piece is not None
        room.give(piece, 10)
    assert room.take(500) == 0
    for piece in pieces[50:]:
        assert piece is not None
        room.give(piece, 10)
    assert room.take_largest() is None and room.top == 500
    assert room.take(501) is None and room.take(500) == 500


def test_the_largest_gap() -> None:
    room = Room(0, 0)
    for start, size in ((100, 10), (10, 20), (110, 15), (300, 0)):
        room.give(start, size)
    assert room.take_largest() == (100, 125)
    assert room.take_largest() == (10, 30)
    assert room.take_largest() is None


@pytest.mark.parametrize("count", [FEW, FEW + 1, 5 * FEW])
def test_gaps_that_no_piece_fits_into_are_no_hindrance(count: int) -> None:
    room = Room(0, 1 << 20)
    pieces = [room.take(8) for _ in range(2 * count)]
    for piece in pieces[::2]:
        assert piece is not None
        room.give(piece, 8)
    assert room.take(16) == 16 * count
    assert len(room.gaps) == count
