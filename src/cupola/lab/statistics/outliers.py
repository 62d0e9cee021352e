"""Processes that stand apart, and groups of processes: found and shown, never dropped."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 10  # values in which groups are sought
SMALLER_PART = 0.2  # of all values that the smaller group has at least
HALVES = 2.65  # deviations (within the groups) between the means of the two halves of a normal distribution
LEAST_APART = 4.0  # between groups that a reader would call groups


def outliers(values: Floats, limit: float) -> NDArray[np.bool_]:
    """Which values lie more than `limit` deviations from the median, the deviation taken from the median too.

    The modified z score of B. Iglewicz and D. C. Hoaglin (1993): 0.6745 |x - median| / MAD; where more than half of the
    values are equal (MAD 0), |x - median| / (1.2533 mean deviation). Their limit is 3.5.
    """
    distance = np.abs(values - np.median(values))
    middle = float(np.median(distance))
    unit = middle / 0.6745 if middle > 0 else math.sqrt(math.pi / 2) * float(distance.mean())
    far: NDArray[np.bool_] = distance > limit * unit
    return far


@dataclass(frozen=True)
class Groups:
    """Two groups of processes: the ratio of the slower to the faster, and how many are in the slower."""

    ratio: float
    slower: int
    count: int


def groups(logarithms: Floats) -> Groups | None:
    """The two groups that the values fall into, if they clearly do; else None.

    A hint, not a test: the split with the least variance within, taken for two groups where Ashman's D (K. Ashman and
    others, 1994) is above LEAST_APART, and above HALVES + 40 / n, which one sample in a hundred of a single normal
    distribution reaches (simulated for n from 10 to 100), and the smaller group is no handful. A mean of such values
    describes no process at all.
    """
    count = len(logarithms)
    if count < LEAST:
        return None
    ordered = np.sort(logarithms)
    sizes = np.arange(1, count)
    sums, squares = np.cumsum(ordered), np.cumsum(ordered * ordered)
    low, high = sums[:-1] / sizes, (sums[-1] - sums[:-1]) / (count - sizes)
    within = squares[-1] - sizes * low * low - (count - sizes) * high * high
    split = int(within.argmin()) + 1
    if min(split, count - split) < SMALLER_PART * count:
        return None
    slow, fast = ordered[split:], ordered[:split]
    distance = float(slow.mean() - fast.mean())
    apart = max(LEAST_APART, HALVES + 40 / count)
    if distance <= apart * math.sqrt((slow.var(ddof=1) + fast.var(ddof=1)) / 2):
        return None
    return Groups(math.exp(distance), count - split, count)
