"""What follows from the samples of a benchmark: medians, ratios to the reference arm, geometric means.

A ratio is the reference's median wall time divided by the arm's: 2.0 means twice as fast. Net ratios are
of times from which the arm's own start-up (the median time of the empty program) was subtracted.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cupola.lab.measure import START_UP, Arm, Program, Sample


@dataclass(frozen=True)
class Results:
    """A finished benchmark; `programs` are without the empty one. What cannot be computed is None."""

    arms: Sequence[Arm]
    programs: Sequence[Program]
    samples: Sequence[Sample]
    reference: str

    def runs(self, arm: str, program: str) -> list[Sample]:
        """Return the samples of an arm on a program, in the order in which they were taken."""
        return [each for each in self.samples if each.arm == arm and each.program == program]

    def problem(self, arm: str, program: str) -> str | None:
        """Return why an arm is invalid for a program, or None."""
        runs = self.runs(arm, program)
        if not runs:
            return "never run"
        return next((each.run.problem for each in runs if each.run.problem), None)

    def times(self, arm: str, program: str, kind: str = "wall") -> list[float]:
        """Return the times in seconds, `kind` "wall" or "user"; none where the arm is invalid."""
        if self.problem(arm, program):
            return []
        return [float(getattr(each.run, kind)) for each in self.runs(arm, program)]

    def median(self, arm: str, program: str, kind: str = "wall") -> float | None:
        """Return the median time in seconds."""
        times = self.times(arm, program, kind)
        return statistics.median(times) if times else None

    def net(self, arm: str, program: str) -> float | None:
        """Return the median wall time without start-up; None too where start-up is all there is."""
        whole, start = self.median(arm, program), self.median(arm, START_UP)
        return whole - start if whole is not None and start is not None and whole > start else None

    def ratio(self, arm: str, program: str, *, net: bool = False) -> float | None:
        """Return how many times as fast as the reference the arm ran the program."""
        of = self.net if net else self.median
        one, other = of(self.reference, program), of(arm, program)
        return one / other if one is not None and other else None

    def mean(self, arm: str, *, net: bool = False) -> tuple[float | None, int]:
        """Return the geometric mean of an arm's ratios, and of how many programs it is."""
        ratios = [self.ratio(arm, program.name, net=net) for program in self.programs]
        known = [each for each in ratios if each is not None]
        return (math.exp(statistics.fmean(map(math.log, known))) if known else None), len(known)

    def problems(self) -> list[tuple[str, str, str]]:
        """Return every invalid pair: arm, program, why."""
        names = [START_UP, *(program.name for program in self.programs)]
        found = [(arm.name, name, self.problem(arm.name, name)) for arm in self.arms for name in names]
        return [(arm, name, why) for arm, name, why in found if why]
