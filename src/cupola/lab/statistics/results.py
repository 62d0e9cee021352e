"""The types of what follows from the records of an experiment: what tables, pages and verdicts are made of.

A ratio is the reference's value divided by the arm's: above 1 the arm is better (all metrics are better when less).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`."""

    low: float
    high: float


@dataclass(frozen=True)
class WarmUp:
    """How one process warmed up: its class, its change points, and the iteration from which it is steady."""

    kind: str  # flat, warm-up, slowdown, no steady state
    changes: tuple[int, ...]  # first iterations of all segments but the first
    steady_from: int | None
    mean: float | None  # seconds of an iteration in the steady state


@dataclass(frozen=True)
class Estimate:
    """One arm against the reference, on one workload or on the mean of all."""

    arm: str
    workload: str | None  # None: the geometric mean of all workloads
    processes: tuple[int, int]  # how many were compared: of the reference, of the arm
    ratio: float
    interval: Interval  # 95 %, by the test's own distribution
    bootstrap: Interval  # 95 %, percentile bootstrap of the process means
    p: float  # of the test of the claim
    adjusted: float  # p after the correction for all tests of the experiment
    d: float  # Cohen's d of the log values
    probability: float  # P(ratio beyond the claim's threshold), closed form
    probability_q48: float | None  # the same by the integer engine; None where its range does not reach
    flagged: tuple[int, ...]  # blocks whose process is an outlier, in either arm
    without_flagged: float | None  # the ratio without them


@dataclass(frozen=True)
class Verdict:
    """What is said in the end, and by which rule. `status` is the exit status of the command."""

    word: str  # accepted, conditional, rejected, invalid, no steady state; of an arm also: no claim
    status: int
    rule: str  # a sentence with the figures that decided
    needed: int | None = None  # processes an arm that would settle a conditional verdict
    arm: str = ""  # whose verdict; empty: the whole experiment's


@dataclass(frozen=True)
class Analysis:
    """Everything that follows from the records of one experiment."""

    experiment: str
    estimates: tuple[Estimate, ...]
    warm_ups: tuple[tuple[str, str, int, WarmUp], ...]  # arm, workload, block, class
    false_positive_rate: float | None  # of the A/A run on this machine
    verdicts: tuple[Verdict, ...]  # one for each challenger
    verdict: Verdict
