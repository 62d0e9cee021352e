"""The reference against an arm, on the logarithms of what their processes measured.

Times are never negative, their errors multiply, and the question is about a ratio: so all of it is done on logarithms,
and the ratio is exp(mean log reference - mean log arm), of geometric means. Every function takes values on the last
axis and any number of axes before it, which is how the simulations run thousands of experiments at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]

LEVEL = 0.95  # of all intervals


@dataclass(frozen=True)
class Comparison:
    """The mean of the logarithm of the ratio, and how far it may be off.

    `errors` and `freedoms` are the standard errors of the means and their degrees of freedom: of the reference and of
    the arm, or of the differences alone where neighbours are paired.
    """

    middle: Floats
    errors: tuple[Floats, ...]
    freedoms: tuple[Floats, ...]

    @property
    def error(self) -> Floats:
        """The standard error of `middle`."""
        error: Floats = np.sqrt(sum(np.square(each) for each in self.errors))
        return error

    @property
    def freedom(self) -> Floats:
        """The degrees of freedom of B. L. Welch (1947) and F. E. Satterthwaite (1946)."""
        variances = [np.square(each) for each in self.errors]
        total = np.asarray(sum(variances))
        shares = [np.divide(each, total, out=np.ones_like(total), where=total > 0) for each in variances]
        parts = sum(share * share / each for share, each in zip(shares, self.freedoms, strict=True))
        freedom: Floats = 1 / np.asarray(parts)
        return freedom

    def t(self, threshold: float) -> Floats:
        """How many standard errors the mean lies above a logarithm; infinite where nothing varies."""
        above = np.asarray(self.middle - threshold)
        error = np.asarray(self.error)
        certain = np.where(above > 0, np.inf, np.where(above < 0, -np.inf, 0.0))
        t: Floats = np.divide(above, error, out=certain, where=error > 0)
        return t

    def p_above(self, threshold: float) -> Floats:
        """The p value of "the ratio is at most exp(threshold)" against "it is greater": one-sided, by Student's t."""
        p: Floats = stdtr(self.freedom, -self.t(threshold))
        return p

    def p_different(self) -> Floats:
        """The p value of "the ratio is 1" against "it is not": two-sided."""
        p: Floats = 2 * stdtr(self.freedom, -np.abs(self.t(0.0)))
        return p

    def interval(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """The interval of the logarithm of the ratio that covers the truth so often."""
        reach = stdtrit(self.freedom, (1 + level) / 2) * self.error
        return self.middle - reach, self.middle + reach


def welch(reference: Floats, arm: Floats, lost: float = 0.0) -> Comparison:
    """Both arms apart: Welch's t, without the assumption that they vary alike.

    `lost` degrees of freedom of each arm went into something else, as the means of machines. At least two values each.
    """
    freedoms = [each.shape[-1] - 1 - lost for each in (reference, arm)]
    if min(freedoms) <= 0:
        raise ValueError(
            f"expected two values of each arm, and more with several machines: found "
            f"{reference.shape[-1]} and {arm.shape[-1]}"
        )
    errors = tuple(
        np.sqrt(variance(each) * ((each.shape[-1] - 1) / (freedom * each.shape[-1])))
        for each, freedom in zip((reference, arm), freedoms, strict=True)
    )
    middle = reference.mean(axis=-1) - arm.mean(axis=-1)
    return Comparison(middle, errors, tuple(np.asarray(each, dtype=np.float64) for each in freedoms))


def paired(reference: Floats, arm: Floats) -> Comparison:
    """Neighbours of a block: Student's t of their differences, which drift of the machine does not reach."""
    differences = reference - arm
    count = differences.shape[-1]
    if count < 2:
        raise ValueError(f"expected two pairs or more, found {count}")
    freedom = np.asarray(count - 1, dtype=np.float64)
    return Comparison(differences.mean(axis=-1), (np.sqrt(variance(differences) / count),), (freedom,))


def compare(test: str, reference: Floats, arm: Floats, lost: float = 0.0) -> Comparison:
    """The comparison by the experiment's test, `welch` or `paired`."""
    return paired(reference, arm) if test == "paired" else welch(reference, arm, lost)


def variance(values: Floats) -> Floats:
    """The variance with divisor n - 1; exactly 0 for equal values, whose mean may be an ulp off."""
    spread: Floats = np.where(np.ptp(values, axis=-1) == 0, 0.0, values.var(axis=-1, ddof=1))
    return spread


def cohens_d(reference: Floats, arm: Floats) -> Floats:
    """The difference of the means in pooled standard deviations (J. Cohen, 1988), positive where the arm is better.

    Infinite for arms that differ and do not vary. It says how well two arms can be told apart, not how much faster one
    is: with a deviation of 0.02 %, a gain of 0.2 % has d = 10.
    """
    first, second = (each.shape[-1] - 1 for each in (reference, arm))
    pooled = np.sqrt((first * variance(reference) + second * variance(arm)) / (first + second))
    difference = np.asarray(reference.mean(axis=-1) - arm.mean(axis=-1))
    certain = np.where(difference > 0, np.inf, np.where(difference < 0, -np.inf, 0.0))
    d: Floats = np.divide(difference, pooled, out=certain, where=pooled > 0)
    return d
