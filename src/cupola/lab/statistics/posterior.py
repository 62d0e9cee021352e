"""How probable a ratio above a threshold is: the posterior in floats, and the integer engine beside it.

Both know the same model: logarithms of one arm are independent draws from a normal distribution with unknown mean and
deviation, under the reference prior p(mean, deviation) ~ 1 / deviation; the mean's posterior is Student's t.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from cupola.lab.statistics.comparison import Comparison
from cupola.runtime.q48 import ONE
from cupola.runtime.statistics import LEAST_SAMPLES, Samples, plain, probability_above, record

Floats = NDArray[np.float64]

NODES = 64  # of the quadrature
RANGE = 1 << 31  # the integer engine takes 32 bits: what varies is spread over half of it
OFFSET = 1 << 20  # so that no value is zero

ENGINE_ERROR = 0.0005
"""How far the integer engine may be from the same model in floats: its t is within 0.0002, its standard errors and
means are rounded. Its model has Welch's degrees of freedom, rounded down to a whole number."""


def welch_is_off_by(count: int) -> float:
    """How far Welch's t may be from the distribution of Behrens and Fisher, with so many processes an arm (the fewer).

    So `probability` and `probability_q48` may differ by this and ENGINE_ERROR. Found numerically from ten processes on,
    over all ratios of the errors, where the greatest difference was 0.137 / count (docs/lab-statistics.md).
    """
    return 0.14 / count


def probability(comparison: Comparison, threshold: float) -> Floats:
    """P(the logarithm of the ratio > threshold).

    Of the difference of two means with posteriors of Student's t each: the distribution of W. U. Behrens (1929) and
    R. A. Fisher (1935), by one integral over the posterior of the mean that is known better. Of pairs: Student's t.
    """
    above = np.asarray(comparison.middle - threshold)
    if len(comparison.errors) == 1:
        return np.where(above == 0, 0.5, stdtr(comparison.freedom, comparison.t(threshold)))
    (one, other), (one_freedom, other_freedom) = comparison.errors, comparison.freedoms
    swap = one < other
    wide, narrow = np.where(swap, other, one), np.where(swap, one, other)
    wide_freedom = np.where(swap, other_freedom, one_freedom)
    narrow_freedom = np.where(swap, one_freedom, other_freedom)
    places, weights = _nodes()
    freedoms, which = np.unique(narrow_freedom, return_inverse=True)  # few, and quantiles are slow
    drawn = stdtrit(freedoms[:, None], places)[which.reshape(narrow_freedom.shape)]
    shifted = above[..., None] + narrow[..., None] * drawn
    safe = np.where(wide > 0, wide, 1.0)[..., None]
    inside = (stdtr(wide_freedom[..., None], shifted / safe) * weights).sum(axis=-1)
    certain = np.where(above > 0, 1.0, np.where(above < 0, 0.0, 0.5))
    return np.where(wide > 0, np.clip(inside, 0.0, 1.0), certain)


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    """Places and weights of a quadrature over (0, 1) that is dense at both ends, where the quantile of t runs away.

    Gauss and Legendre's after v = u^3 (10 - 15 u + 6 u^2), which has no slope at the ends.
    """
    nodes, weights = leggauss(NODES)
    u, du = (nodes + 1) / 2, weights / 2
    return u**3 * (10 - 15 * u + 6 * u * u), du * 30 * (u * (1 - u)) ** 2


def probability_q48(reference: Floats, arm: Floats, test: str, threshold: float) -> float | None:
    """The same probability by `cupola.runtime.statistics` in Q48.16; None for fewer than ten processes an arm.

    The engine knows nanoseconds and P(mean(before) / mean(after) > x). So that both state the same model, it is not fed
    with times but with logarithms, moved by the threshold and spread over its 32 bits, and asked about x = 1: then
    P(mean(before) > mean(after)) is the probability wanted. Pairs become their differences, against a constant.
    """
    if min(len(reference), len(arm)) < LEAST_SAMPLES:
        return None
    first = (reference - arm if test == "paired" else reference) - threshold
    second = np.zeros_like(first) if test == "paired" else arm
    least = min(float(first.min()), float(second.min()))
    spread = max(float(first.max()), float(second.max())) - least
    unit = RANGE / spread if spread > 0 else 1.0
    arms = [plain(Samples), plain(Samples)]
    for samples, values in zip(arms, (first, second), strict=True):
        for value in values:
            record(samples, OFFSET + round((float(value) - least) * unit))
    found, failed = probability_above(arms[0], arms[1], ONE)
    return None if failed else found / ONE


def engine_is_off_by(comparison: Comparison, threshold: float, by_integers: float) -> float:
    """How far the integer engine is from the same model in floats.

    Welch's degrees of freedom may come out a hair below a whole number in one and above in the other: the nearer
    counts.
    """
    freedom = float(comparison.freedom)
    whole = {max(float(np.floor(freedom * (1 + part))), 1.0) for part in (-1e-4, 1e-4)}
    t = float(comparison.t(threshold))
    return min(abs(float(stdtr(each, t)) - by_integers) for each in whole)
