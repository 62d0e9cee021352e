"""Work that falls into independent pieces, by all CPUs where there is so much to do that starting them pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import WarmUp
from cupola.lab.statistics.warm_up import classify

PAYS = 1_000_000
"""Iterations in all, which take 7 s of one CPU (500 processes of 2,000); by two it is 1 s more in all, half as long."""

T = TypeVar("T")


def each_of(work: Callable[..., T], pieces: Iterable[tuple[Any, ...]], *, pays: bool) -> list[T]:
    """`work` of each of the pieces, in their order; by all CPUs if that pays."""
    if not pays:
        return [work(*each) for each in pieces]
    import joblib

    parallel: Any = joblib.Parallel(n_jobs=-1)
    delayed: Any = joblib.delayed(work)
    found: list[T] = parallel(delayed(*each) for each in pieces)
    return found


def classify_all(records: Sequence[ProcessRecord], tolerance: float) -> list[WarmUp]:
    """`classify` of each record's iterations, in their order."""
    pieces = ((each.iterations, each.events, tolerance) for each in records)
    return each_of(classify, pieces, pays=sum(len(each.iterations) for each in records) >= PAYS)
