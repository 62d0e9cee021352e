"""A formula for the confidence of a prediction, and a registry of predictions: what somebody proposes, with reasons.

The formula is that of the "Predictive Algorithmic Systematics" of the Trinity VM (2026): how often a pattern of
improvement has worked, times factors for how long nobody improved the thing and for how much there is to gain. It is
one way to get a number; nothing shows that it is a good one. The journal's calibration will tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cupola.lab.experiment.reading import read_as
from cupola.lab.experiment.slots import Problem, nearest
from cupola.lab.experiment.spec import said

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


def confidence(patterns: Sequence[str], *, years: float, gap: float, boost: float = 1.0) -> Confidence:
    """The formula. `patterns` are names of RATES, of whose rates it takes the mean; `years` since the thing was last
    improved; `gap` is the share of today's cost that could go at best, from 0 to 1 (the original: the difference of the
    exponents of today's algorithm and of the lower bound, over today's); `boost` is LEARNED where tools that learn can
    search for it. Raises ValueError."""
    if not patterns:
        raise ValueError(f"expected at least one pattern: {', '.join(RATES)}")
    for each in patterns:
        if each not in RATES:
            raise ValueError(f"{each!r} is no pattern: expected one of {', '.join(RATES)}")
    if not years >= 0:
        raise ValueError(f"years = {years:g}: expected 0 or more")
    if not 0 <= gap <= 1:
        raise ValueError(f"gap = {gap:g}: expected a share from 0 to 1")
    if not boost >= 1:
        raise ValueError(f"boost = {boost:g}: expected 1, or {LEARNED} where tools that learn can search")
    rate = sum(RATES[each] for each in patterns) / len(patterns)
    return Confidence(rate, min(1.0, years / YEARS), gap, boost)


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes and expects of it: of an experiment to come, or beside one."""

    name: str = said("a short name")
    target: str = said("what would be made better")
    current: str = said("how it is today")
    low: float = said("least ratio expected; above 1 is better", above=0.0)
    high: float = said("greatest ratio expected", above=0.0)
    confidence: float = said("probability that the measured ratio lies from low to high", least=0.0, most=1.0)
    basis: str = said("why: a paper, a model, who said so")
    timeline: str = said("when it would be there", default="")
    patterns: tuple[str, ...] = said(
        f"patterns for the formula, out of {', '.join(RATES)}", example='["precomputation"]', default=()
    )
    years: float = said("how long nobody improved it", least=0.0, default=0.0)
    gap: float = said("the share of today's cost that could go", least=0.0, most=1.0, default=0.0)
    boost: float = said(f"1, or {LEARNED} where tools that learn can search", least=1.0, default=1.0)
    experiment: str = said("the experiment that measures it", default="")
    arm: str = said("the arm of that experiment", default="")

    @property
    def formula(self) -> Confidence | None:
        """What the formula says; None where no pattern is named."""
        if not self.patterns:
            return None
        return confidence(self.patterns, years=self.years, gap=self.gap, boost=self.boost)


@dataclass(frozen=True)
class Registry:
    """A file of proposals."""

    proposals: tuple[Proposal, ...] = said("what is proposed")


def read_registry(path: Path) -> Registry:
    """The proposals of a TOML file. Raises ExperimentError, with the line."""
    return read_as(Registry, path, problems)


def problems(registry: Registry) -> Iterator[Problem]:
    """What no single field can tell."""
    for number, each in enumerate(registry.proposals):
        place: tuple[str | int, ...] = ("proposals", number)
        if each.high < each.low:
            yield Problem((*place, "high"), f"expected not less than low, which is {each.low:g}")
        for pattern in each.patterns:
            if pattern not in RATES:
                meant = nearest(pattern, list(RATES))
                message = f"expected patterns out of {', '.join(RATES)}, found {pattern!r}{meant}"
                yield Problem((*place, "patterns"), message)
        if bool(each.experiment) != bool(each.arm):
            missing = "arm" if each.experiment else "experiment"
            yield Problem(place, f"{missing} is missing: experiment and arm stand together, or neither does")
