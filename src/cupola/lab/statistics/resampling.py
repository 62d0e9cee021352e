"""The percentile bootstrap: an interval of the ratio that assumes no distribution, beside the one of the t test."""

from __future__ import annotations

from functools import lru_cache

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
    if test == "paired":
        drawn = _means(reference - arm, seed, 0, resamples)
    else:
        drawn = _means(reference, seed, 0, resamples) - _means(arm, seed, 1, resamples)
    low, high = np.exp(np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    return Interval(float(low), float(high))


def _means(values: Floats, seed: int, side: int, resamples: int) -> Floats:
    """The means of so many samples, each as large as the values."""
    means: Floats = _weights(len(values), seed, side, resamples) @ values
    return means


@lru_cache(maxsize=8)
def _weights(count: int, seed: int, side: int, resamples: int) -> Floats:
    """How often each value is drawn into each sample, by the number of values; the same for all comparisons."""
    source = np.random.default_rng([seed, side])
    weights: Floats = source.multinomial(count, np.full(count, 1 / count), size=resamples) / count
    return weights
