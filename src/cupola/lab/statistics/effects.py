"""Main effects of a factorial: what each of several switches does on average over all settings of the others.

The design is full and every block runs each setting once, so the effect of a factor is the mean of all processes with
it on minus the mean of those with it off, on logarithms (R. A. Fisher, The Design of Experiments, 1935; G. Box, W. and
J. Hunter, Statistics for Experimenters, 2005, chapter 5). Blocks are taken off first, so that drift of the machine is
in no effect; the error is what processes of one setting differ by, so that interactions are in no error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cupola.lab.statistics.results import Interval

Runs = Mapping[int, Mapping[str, float]]
"""Block -> setting -> the value of its process. A setting is a text of 0 and 1, a digit for each factor."""


@dataclass(frozen=True)
class Effect:
    """What a factor does: values with it on divided by values without (geometric means), a 95 % interval, and p of
    there being no effect."""

    factor: int
    ratio: float
    interval: Interval
    p: float


def complete(runs: Runs) -> dict[int, dict[str, float]]:
    """The blocks in which every setting that was ever seen has a value."""
    settings = {setting for block in runs.values() for setting in block}
    return {number: dict(block) for number, block in runs.items() if set(block) == settings}


def main_effects(runs: Runs) -> list[Effect]:
    """The effects of all factors, from complete blocks. Raises ValueError where there are fewer than two blocks, or the
    settings are not all there are."""
    from scipy import stats

    settings, values = _table(runs)
    factors = len(settings[0])
    if len(settings) != 1 << factors or any(len(each) != factors for each in settings):
        raise ValueError(
            f"a full factorial of {factors} factors has {1 << factors} settings, found {len(settings)}"
        )
    if len(values) < 2:
        raise ValueError(f"expected two complete blocks or more, found {len(values)}")
    centred = values - values.mean(axis=1, keepdims=True)
    residuals = centred - centred.mean(axis=0)
    freedom = (len(values) - 1) * (len(settings) - 1)
    variance = float((residuals**2).sum()) / freedom
    error = math.sqrt(variance * 4 / values.size)
    reach = float(stats.t.ppf(0.975, freedom)) * error
    found = []
    for factor in range(factors):
        on = np.array([setting[factor] == "1" for setting in settings])
        middle = float(centred[:, on].mean() - centred[:, ~on].mean())
        p = 2 * float(stats.t.sf(abs(middle) / error, freedom)) if error else float(middle == 0)
        interval = Interval(math.exp(middle - reach), math.exp(middle + reach))
        found.append(Effect(factor, math.exp(middle), interval, p))
    return found


def ranks(runs: Runs) -> list[tuple[str, float, float]]:
    """All settings with the geometric mean of their values and its relative standard error, the least value first."""
    settings, values = _table(runs)
    middles = values.mean(axis=0)
    spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.full(len(settings), math.nan)
    errors = spread / math.sqrt(len(values))
    order: Sequence[int] = np.argsort(middles, kind="stable").tolist()
    return [(settings[at], math.exp(float(middles[at])), float(errors[at])) for at in order]


def _table(runs: Runs) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """Settings, and logarithms of the values: a row for each complete block."""
    blocks = complete(runs)
    settings = sorted({setting for block in blocks.values() for setting in block})
    if not settings:
        raise ValueError("expected a complete block, in which every setting has a value, found none")
    rows = [[math.log(blocks[number][setting]) for setting in settings] for number in sorted(blocks)]
    return settings, np.array(rows)
