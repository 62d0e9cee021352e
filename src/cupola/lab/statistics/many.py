"""The warm-up classes of many processes, by all CPUs where there is so much to do that starting them pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import WarmUp
from cupola.lab.statistics.warm_up import classify

PAYS = 1_000_000
"""Iterations in all, which take 7 s of one CPU (500 processes of 2,000); by two it is 1 s more in all, half as long."""


def classify_all(records: Sequence[ProcessRecord], tolerance: float) -> list[WarmUp]:
    """`classify` of each record's iterations, in their order."""
    if sum(len(each.iterations) for each in records) < PAYS:
        return [classify(each.iterations, each.events, tolerance) for each in records]
    import joblib

    parallel: Any = joblib.Parallel(n_jobs=-1)
    work: Any = joblib.delayed(classify)
    found: list[WarmUp] = parallel(work(each.iterations, each.events, tolerance) for each in records)
    return found
