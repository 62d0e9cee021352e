"""The percentile bootstrap: an interval of the ratio that assumes no distribution, beside the one of the t test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cupola.lab.statistics.comparison import LEVEL
from cupola.lab.statistics.results import Interval

Floats = NDArray[np.float64]

RESAMPLES = 10_000


def bootstrap(reference: Floats, arm: Floats, test: str, seed: int, resamples: int = RESAMPLES) -> Interval:
    """The interval of the ratio, by processes drawn again with replacement (B. Efron, 1979); blocks if `paired`.

    From logarithms of process values. With few processes it is too narrow, by about sqrt(1 - 1/n) and more: it is there
    to be seen beside the other, not to decide.
    """
    source = np.random.default_rng(seed)
    if test == "paired":
        drawn = _means(reference - arm, source, resamples)
    else:
        drawn = _means(reference, source, resamples) - _means(arm, source, resamples)
    low, high = np.exp(np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    return Interval(float(low), float(high))


def _means(values: Floats, source: np.random.Generator, resamples: int) -> Floats:
    """The means of so many samples, each as large as the values."""
    count = len(values)
    means: Floats = values[source.integers(0, count, size=(resamples, count))].mean(axis=1)
    return means
