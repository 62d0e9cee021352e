"""How many processes would settle what is not settled yet."""

from __future__ import annotations

import math

from scipy.special import nctdtr, stdtrit

POWER = 0.9  # probability that so many processes settle it, if the truth is what was measured
MOST = 10_000  # processes an arm; who would need more needs another question


def power(effect: float, deviations: tuple[float, ...], count: int, alpha: float) -> float:
    """The probability that a one-sided t test at `alpha` finds an effect with so many processes an arm.

    `effect` is above 0, on the logarithm; `deviations` of the arms' process values, or of the differences of pairs.
    By the noncentral t distribution with Welch's degrees of freedom.
    """
    squares = [each * each for each in deviations]
    if sum(squares) == 0:
        return 1.0
    freedom = (count - 1) * sum(squares) ** 2 / sum(each * each for each in squares)
    shift = effect / math.sqrt(sum(squares) / count)
    if shift > 30:  # the series of nctdtr does not reach there
        return 1.0
    return 1.0 - float(nctdtr(freedom, shift, stdtrit(freedom, 1 - alpha)))


def processes_needed(effect: float, deviations: tuple[float, ...], alpha: float) -> int | None:
    """The least number of processes an arm with which such a test has POWER; None beyond MOST."""
    if effect <= 0 or power(effect, deviations, MOST, alpha) < POWER:
        return None
    low, high = 1, MOST  # low is too few, high is enough
    while high - low > 1:
        middle = (low + high) // 2
        if power(effect, deviations, middle, alpha) >= POWER:
            high = middle
        else:
            low = middle
    return high
