"""Several tests share one rate of false positives: p values adjusted for all of a family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NAMES = {"holm": "Holm", "bonferroni": "Bonferroni", "none": "no correction"}


def adjusted(values: Sequence[float], correction: str) -> tuple[float, ...]:
    """The p values after the correction, in the same order: below alpha means significant in the family.

    holm: S. Holm, A simple sequentially rejective multiple test procedure (1979); never worse than bonferroni, which
    multiplies by the number of tests. none: as they are.
    """
    p = np.asarray(values, dtype=np.float64)
    count = len(p)
    if correction == "none":
        return tuple(p.tolist())
    if correction == "bonferroni":
        return tuple(np.minimum(p * count, 1.0).tolist())
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(count, 0, -1))
    result = np.empty(count)
    result[order] = np.minimum(steps, 1.0)
    return tuple(result.tolist())
