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

PENALTY = 15.0  # times ln n, for each change point: what Barrett and others took (2017, section 4)
SHORTEST = 2  # values in a segment: one value has no variance
LEAST_DEVIATION = 1e-4  # relative to the median; its square is added to all variances
FARTHEST = 100.0  # medians from the median
LEAST_TICK = 1e-9  # medians: a smaller difference of two values is no step of a clock
WIDEST_WINDOW = 200  # values; of 2000, as Barrett and others took it
NARROWEST_WINDOW = 30
BAND = 3.0  # times the distance of the 90th from the 10th percentile, to both sides of the median
BLOCK = 128  # ends of segments that are handled at once


def window_outliers(values: Floats) -> NDArray[np.bool_]:
    """Which values lie far outside of what is around them: median +- 3 (90th - 10th percentile) of a window.

    The window is a tenth of the series, from 30 to 200 values. The first half window is left alone, since a program
    that warms up is slow there for a reason (Barrett and others, Virtual Machine Warmup Blows Hot and Cold, OOPSLA
    2017, section 4.1, and their program warmup_stats). In a shorter series nothing is an outlier.
    """
    count = len(values)
    half = min(max(count // 10, NARROWEST_WINDOW), WIDEST_WINDOW) // 2
    found = np.zeros(count, dtype=np.bool_)
    if count < 2 * half:
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

    The dynamic program runs over blocks of ends: the costs of all older beginnings are one matrix. Beginnings in the
    block itself matter only around a change; where they do, Python's loop adds them one end after the other.
    """
    series = np.asarray(values, dtype=np.float64)
    count = len(series)
    if count < 2 * SHORTEST:
        return ()
    price = PENALTY * np.log(count) if penalty is None else penalty
    sums, squares = _prefix_sums(series, least_deviation)
    total = np.full(count + 1, np.inf)  # least cost of so many first values; one is no segment
    total[0] = -price
    previous = np.zeros(count + 1, dtype=np.int64)
    beginnings = np.zeros(1, dtype=np.int64)
    space = np.empty((3, BLOCK * (count + 1))), np.empty((3, BLOCK * BLOCK))
    for first in range(1, count + 1, BLOCK):
        ends = np.arange(first, min(first + BLOCK, count + 1))
        older = _costs(beginnings, ends, sums, squares, space[0])
        older += total[beginnings]
        choices = older.argmin(axis=1)
        total[ends] = older[np.arange(len(ends)), choices] + price
        previous[ends] = beginnings[choices]
        newer = _costs(ends, ends, sums, squares, space[1])
        if (newer + total[ends] + price < total[ends][:, None]).any():
            _begin_inside(ends, newer, total, previous, price)
        beginnings = _not_pruned(beginnings, ends, older, total)
    return _way_back(previous, count)


def _begin_inside(ends: Integers, newer: Floats, total: Floats, previous: Integers, price: float) -> None:
    """Let segments begin at the ends of the same block too."""
    for row in range(SHORTEST, len(ends)):
        near = total[ends[: row - 1]] + newer[row, : row - 1] + price
        nearest = int(near.argmin())
        if near[nearest] < total[ends[row]]:
            total[ends[row]] = near[nearest]
            previous[ends[row]] = ends[nearest]


def _prefix_sums(series: Floats, least_deviation: float) -> tuple[Floats, Floats]:
    """Sums and sums of squares of the first values, from none to all.

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


def _costs(beginnings: Integers, ends: Integers, sums: Floats, squares: Floats, space: Floats) -> Floats:
    """The costs of the segments [beginning, end), a row for each end; infinite where it is too short.

    In `space`, three planes that are used again and again: fresh memory would cost more than the logarithms.
    """
    rows, columns = len(ends), len(beginnings)
    length, middle, cost = (plane[: rows * columns].reshape(rows, columns) for plane in space)
    np.subtract(ends.astype(np.float64)[:, None], beginnings.astype(np.float64), out=length)
    short = length < SHORTEST if beginnings[-1] > ends[0] - SHORTEST else None
    if short is not None:
        length[short] = 1.0
    np.subtract(sums[ends][:, None], sums[beginnings], out=middle)
    np.multiply(middle, middle, out=middle)
    np.divide(middle, length, out=middle)
    np.subtract(squares[ends][:, None], squares[beginnings], out=cost)
    np.subtract(cost, middle, out=cost)
    np.divide(cost, length, out=cost)
    if short is not None:
        cost[short] = np.inf
    np.log(cost, out=cost)
    np.multiply(cost, length, out=cost)
    priced: Floats = cost
    return priced


def _not_pruned(beginnings: Integers, ends: Integers, older: Floats, total: Floats) -> Integers:
    """The beginnings that may still begin the last segment of an optimum, after this block.

    One is out when at some end it is no better than that end with a further change point. Such an end can follow in
    its place only from SHORTEST values on, so the block's last end says nothing about the next block's first.
    """
    keep = np.ones(len(beginnings), dtype=np.bool_)
    for row in {0, len(ends) // 2, len(ends) - SHORTEST}:  # a few ends prune nearly all that all of them do
        if 0 <= row <= len(ends) - SHORTEST:
            keep &= (older[row] < total[ends[row]]) | (beginnings > ends[row] - SHORTEST)
    return np.concatenate((beginnings[keep], ends))


def _way_back(previous: Integers, count: int) -> tuple[int, ...]:
    """The change points on the way from the end to the beginning."""
    found: list[int] = []
    place = int(previous[count])
    while place > 0:
        found.append(place)
        place = int(previous[place])
    return tuple(reversed(found))
