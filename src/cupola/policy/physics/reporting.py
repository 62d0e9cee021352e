"""Percentiles of heat."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel
from cupola.policy.physics.structs import Regions, State


@kernel
def count_cooler(regions: Ptr[Regions], word_count: i64, heat: i64) -> i64:
    """How many of the words that have run are no hotter than `heat`."""
    found: i64 = 0
    at: i64 = 1
    while at < word_count:
        meta = regions.meta + at
        if meta.executed > 0 and meta.heat <= heat:
            found += 1
        at += 1
    return found


@kernel
def find_percentiles(state: Ptr[State], regions: Ptr[Regions], word_count: i64) -> None:
    """The heats below or at which a quarter, half, three quarters of the words that have run lie: for each the least
    such heat, found by halving."""
    ran: i64 = 0
    hottest: i64 = 0
    at: i64 = 1
    while at < word_count:
        meta = regions.meta + at
        if meta.executed > 0:
            ran += 1
            hottest = max(hottest, meta.heat)
        at += 1
    turn: i64 = 0
    while turn < 3:
        wanted = (ran * (turn + 1) + 3) // 4
        low: i64 = 0
        high = hottest
        while low < high:
            middle = low + (high - low) // 2
            if count_cooler(regions, word_count, middle) >= wanted:
                high = middle
            else:
                low = middle + 1
        state.percentiles[turn] = low
        turn += 1
