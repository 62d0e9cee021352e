"""Where a series of times changes: single outliers of a moving window, and change points by PELT.

Plain arrays in, plain arrays out. What the segments mean is decided in `warm_up`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Sums = tuple[Floats, Floats]
"""Sums and sums of squares of the first values, from none to all."""

PENALTY = 15.0  # times ln n, for each change point: what Barrett and others took (2017, section 4)
SHORTEST = 2  # values in a segment: one value has no variance
LEAST_DEVIATION = 1e-4  # relative to the median; its square is added to all variances
FARTHEST = 100.0  # medians from the median
LEAST_TICK = 1e-9  # medians: a smaller difference of two values is no step of a clock
WIDEST_WINDOW = 200  # values; of 2000, as Barrett and others took it
NARROWEST_WINDOW = 30  # or the whole series, if it is shorter
LEAST_WINDOW = 10  # in fewer values nothing is an outlier
BAND = 3.0  # times the distance of the 90th from the 10th percentile, to both sides of the median
BLOCK = 64  # ends of segments that are handled at once
ROUNDING = 1e-6  # of costs, which are some ten thousand at most


def window_outliers(values: Floats) -> NDArray[np.bool_]:
    """Which values lie far outside of what is around them: median +- 3 (90th - 10th percentile) of a window.

    The window is a tenth of the series, from 30 to 200 values. The first half window is left alone, since a program
    that warms up is slow there for a reason (Barrett and others, Virtual Machine Warmup Blows Hot and Cold, OOPSLA
    2017, section 4.1, and their program warmup_stats). Of a series of 10 to 30 values the last two
    thirds are the only window.
    """
    count = len(values)
    half = min(max(count // 10, NARROWEST_WINDOW), WIDEST_WINDOW, count) // 2
    found = np.zeros(count, dtype=np.bool_)
    if count < LEAST_WINDOW:
        return found
    if count < NARROWEST_WINDOW:
        found[half:] = _outside(values[half:], np.sort(values[-max(LEAST_WINDOW, 2 * count // 3) :]))
        return found
    full = np.sort(sliding_window_view(values, 2 * half), axis=1)
    found[half : count - half + 1] = _outside(values[half : count - half + 1], full)
    for place in range(count - half + 1, count):
        found[place] = _outside(values[place], np.sort(values[place - half :]))
    return found


def _outside(values: Floats, windows: Floats) -> NDArray[np.bool_]:
    """Whether each value lies outside the band of its window, whose values are in order on the last axis."""
    low, middle, high = (_percentile(windows, part) for part in (0.1, 0.5, 0.9))
    outside: NDArray[np.bool_] = np.abs(values - middle) > BAND * (high - low)
    return outside


def _percentile(ordered: Floats, part: float) -> Floats:
    """The percentile, by linear interpolation, of what is in order already."""
    place = part * (ordered.shape[-1] - 1)
    below = int(place)
    left = ordered[..., below]
    right = ordered[..., min(below + 1, ordered.shape[-1] - 1)]
    percentile: Floats = left + (place - below) * (right - left)
    return percentile


def change_points(
    values: Sequence[float] | Floats, penalty: float | None = None, least_deviation: float = LEAST_DEVIATION
) -> tuple[int, ...]:
    """The first places of all segments but the first, where mean or variance of a normal series changes.

    PELT: R. Killick, P. Fearnhead, I. A. Eckley, Optimal Detection of Changepoints with a Linear Computational Cost
    (2012). The cost of a segment is m ln(variance), twice the negative log-likelihood but for constants; each change
    point costs `penalty`, 15 ln n unless it is given. The sum is least: the result is exact, whatever is pruned.

    A segment has two values or more. The square of `least_deviation` times the median is added to all variances, so
    that equal values (a coarse clock) are no segment of infinite likelihood.

    The dynamic program runs over blocks of ends. Of the older beginnings only those are computed that may matter in the
    block: splitting a segment at the block's start never raises its cost, so what it costs up to there and what the
    block costs by itself are a lower bound, to be held against the cost with the beginning that is best so far.
    Beginnings in the block itself matter only around a change; where they do, Python's loop adds them one by one.
    """
    series = np.asarray(values, dtype=np.float64)
    count = len(series)
    if count < 2 * SHORTEST:
        return ()
    price = PENALTY * np.log(count) if penalty is None else penalty
    sums = _prefix_sums(series, least_deviation)
    total = np.full(count + 1, np.inf)  # least cost of so many first values; one is no segment
    total[0] = -price
    previous = np.zeros(count + 1, dtype=np.int64)
    beginnings = np.zeros(1, dtype=np.int64)
    for start in range(0, count, BLOCK):
        ends = np.arange(start + 1, min(start + BLOCK, count) + 1)
        so_far = total[beginnings] + _costs(beginnings, ends[:1] - 1, sums)[0]
        recent = beginnings > start - SHORTEST
        near = beginnings[recent | (so_far <= _reach(beginnings, so_far, ends, sums, total))]
        older = _costs(near, ends, sums)
        older += total[near]
        choices = older.argmin(axis=1)
        total[ends] = older[np.arange(len(ends)), choices] + price
        previous[ends] = near[choices]
        newer = _costs(ends, ends, sums)
        if (newer + total[ends] + price < total[ends][:, None]).any():
            _begin_inside(ends, newer, total, previous, price)
        # PELT's pruning: what is no better at `start` than a further change point there will never be again
        beginnings = np.concatenate((beginnings[recent | (so_far < total[start])], ends))
    return _way_back(previous, count)


def _reach(beginnings: Integers, so_far: Floats, ends: Integers, sums: Sums, total: Floats) -> float:
    """The greatest cost up to the start of a block with which a beginning may still be the best at one of its ends."""
    best = int(so_far.argmin())
    if not np.isfinite(so_far[best]):
        return np.inf
    at_most = total[beginnings[best]] + _costs(beginnings[best : best + 1], ends, sums)[:, 0]
    alone = _costs(ends[:1] - 1, ends, sums, shortest=1)[:, 0]
    return float((at_most - alone).max()) + ROUNDING


def _begin_inside(ends: Integers, newer: Floats, total: Floats, previous: Integers, price: float) -> None:
    """Let segments begin at the ends of the same block too."""
    for row in range(SHORTEST, len(ends)):
        near = total[ends[: row - 1]] + newer[row, : row - 1] + price
        nearest = int(near.argmin())
        if near[nearest] < total[ends[row]]:
            total[ends[row]] = near[nearest]
            previous[ends[row]] = ends[nearest]


def _prefix_sums(series: Floats, least_deviation: float) -> Sums:
    """The sums and sums of squares.

    Of values moved to the median and divided by it, so that the difference of two sums keeps its digits; what is more
    than FARTHEST medians away counts as that far, for the same reason. Each square has the least variance added, and so
    have the variances that come of them: that of a clock with its step is step^2 / 12.
    """
    middle = float(np.median(series))
    scale = abs(middle) or float(np.abs(series).max()) or 1.0
    moved = np.clip((series - middle) / scale, -FARTHEST, FARTHEST)
    sums = np.concatenate(([0.0], np.cumsum(moved)))
    squares = np.concatenate(([0.0], np.cumsum(moved * moved)))
    lost = 8 * float(np.finfo(np.float64).eps) * (squares[-1] + 1.0)  # what the differences may be off
    squares += np.arange(len(squares)) * max(least_deviation**2, _tick(moved) ** 2 / 12, lost)
    return sums, squares


def _tick(moved: Floats) -> float:
    """The least step between values: that of the clock, if it is coarse; else next to nothing."""
    gaps = np.diff(np.unique(moved))
    gaps = gaps[gaps > LEAST_TICK]
    return float(gaps.min()) if len(gaps) > 0 else 0.0


def _costs(beginnings: Integers, ends: Integers, sums: Sums, shortest: int = SHORTEST) -> Floats:
    """The costs of the segments [beginning, end), a row for each end; infinite where it is too short."""
    values, squares = sums
    length = np.subtract.outer(ends, beginnings).astype(np.float64)
    short = length < shortest
    length[short] = 1.0
    middle = np.subtract.outer(values[ends], values[beginnings])
    middle *= middle
    middle /= length
    costs: Floats = np.subtract.outer(squares[ends], squares[beginnings])
    costs -= middle
    costs /= length
    costs[short] = np.inf
    np.log(costs, out=costs)
    costs *= length
    return costs


def _way_back(previous: Integers, count: int) -> tuple[int, ...]:
    """The change points on the way from the end to the beginning."""
    found: list[int] = []
    place = int(previous[count])
    while place > 0:
        found.append(place)
        place = int(previous[place])
    return tuple(reversed(found))
