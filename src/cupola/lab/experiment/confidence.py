"""A formula for the confidence of a prediction, and a registry of predictions: what somebody proposes, with reasons.

The formula is that of the "Predictive Algorithmic Systematics" of the Trinity VM (2026): how often a pattern of
improvement has worked, times factors for how long nobody improved the thing and for how much there is to gain. It is
one way to get a number; nothing shows that it is a good one. The journal's calibration will tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RATES = {
    "divide-and-conquer": 0.31,
    "algebraic": 0.22,
    "precomputation": 0.16,
    "frequency-domain": 0.13,
    "learned": 0.08,
    "tensor": 0.06,
    "hashing": 0.05,
    "probabilistic": 0.04,
}
"""Pattern -> share of past improvements that are its, as the original states them. Its files agree about the first
four; for the others they have several values (hashing 0.04 to 0.18, learned 0.06 to 0.09): these are its virtual
machine's."""

YEARS = 50.0  # without an improvement, after which the time factor is 1
LEARNED = 1.3  # the boost where learned tools can search


@dataclass(frozen=True)
class Confidence:
    """The result with its factors; `value` is at most 1."""

    base_rate: float
    time_factor: float
    gap_factor: float
    boost: float

    @property
    def value(self) -> float:
        """The confidence."""
        return min(1.0, self.base_rate * self.time_factor * self.gap_factor * self.boost)

    def __str__(self) -> str:
        return (
            f"{self.value:.2g} = base rate {self.base_rate:.3g} x time {self.time_factor:.3g} "
            f"x gap {self.gap_factor:.3g} x boost {self.boost:.3g}"
        )


def confidence(patterns: Sequence[str], *, years: float, gap: float, learned: bool = False) -> Confidence:
    """The formula. `patterns` are names of RATES, of whose rates it takes the mean; `years` since the thing was last
    improved; `gap` is the share of today's cost that could go at best, from 0 to 1 (the original: the difference of the
    exponents of today's algorithm and of the lower bound, over today's); `learned`: tools that learn can search for it.
    Raises ValueError."""
    if not patterns:
        raise ValueError(f"expected at least one pattern: {', '.join(RATES)}")
    for each in patterns:
        if each not in RATES:
            raise ValueError(f"{each!r} is no pattern: expected one of {', '.join(RATES)}")
    if not years >= 0:
        raise ValueError(f"years = {years:g}: expected 0 or more")
    if not 0 <= gap <= 1:
        raise ValueError(f"gap = {gap:g}: expected a share from 0 to 1")
    rate = sum(RATES[each] for each in patterns) / len(patterns)
    return Confidence(rate, min(1.0, years / YEARS), gap, LEARNED if learned else 1.0)
