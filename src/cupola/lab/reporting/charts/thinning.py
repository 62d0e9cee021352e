"""Fewer points for long series: what a picture cannot show anyway is put together, and the page says how."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any


def edges(length: int, most: int) -> list[int]:
    """Where parts begin when `length` points become at most `most` parts of equal length; the last is the end."""
    parts = min(length, most)
    return [number * length // parts for number in range(parts + 1)] if parts else [0]


def extremes(values: Sequence[float], most: int) -> list[tuple[int, float]]:
    """A line of at most `most` points that looks like the line through all: of each part its least and its greatest
    value, in their order. Gives (place, value)."""
    if len(values) <= most:
        return list(enumerate(values))
    kept: list[tuple[int, float]] = []
    bounds = edges(len(values), most // 2)
    for first, end in itertools.pairwise(bounds):
        low = min(range(first, end), key=values.__getitem__)
        high = max(range(first, end), key=values.__getitem__)
        kept += [(place, values[place]) for place in sorted({low, high})]
    return kept


def evenly(rows: Sequence[Any], most: int) -> list[Any]:
    """At most `most` of the rows, evenly spaced, with the first and the last."""
    if len(rows) <= most:
        return list(rows)
    return [rows[number * (len(rows) - 1) // (most - 1)] for number in range(most)]


def spread(runs: Sequence[Sequence[float]], most: int) -> list[dict[str, float]]:
    """How several runs go along together: for each part of the iterations the median and the 10 % and 90 % quantiles of
    all values there, of all runs. Runs may differ in length."""
    import numpy

    length = max((len(each) for each in runs), default=0)
    bounds = edges(length, most)
    rows = []
    for first, end in itertools.pairwise(bounds):
        inside = numpy.concatenate([numpy.asarray(each[first:end], dtype=float) for each in runs])
        low, middle, high = numpy.quantile(inside, (0.1, 0.5, 0.9))
        place = (first + end - 1) / 2
        rows.append({"iteration": place, "low": float(low), "middle": float(middle), "high": float(high)})
    return rows
