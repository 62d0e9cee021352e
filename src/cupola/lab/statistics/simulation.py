"""Experiments whose truth is known: what the statistics find in them, and how often they are wrong.

The same functions that judge real records run here, on arrays of thousands of experiments at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cupola.lab.experiment.claims import threshold
from cupola.lab.experiment.spec import Experiment
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.comparison import compare
from cupola.lab.statistics.posterior import probability
from cupola.lab.statistics.verdict import ACCEPTED, CONDITIONAL, REJECTED, decide

Floats = NDArray[np.float64]

REPETITIONS = 10_000
STARTED = "2000-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Plan:
    """An experiment with one challenger on one workload, and the world in which it is made.

    `noise` is the deviation between processes, `within` that between the iterations of one, `drift` how much slower the
    machine gets from the first block to the last: all relative, 0.02 for 2 %.
    """

    processes: int = 20
    noise: float = 0.02
    within: float = 0.0
    iterations: int = 1
    drift: float = 0.0
    test: str = "welch"
    claim: str = "faster"
    rope: float = 0.01
    alpha: float = 0.05
    tests: int = 1  # that share alpha


@dataclass(frozen=True)
class Rates:
    """Shares of so many simulated experiments."""

    ratio: float  # the truth
    accepted: float
    conditional: float
    rejected: float
    different: float  # the test, two-sided, sees a difference from 1: with a truth of 1, false positives
    covered: float  # the 95 % interval holds the truth
    repetitions: int


def process_logs(
    plan: Plan, ratio: float, repetitions: int, source: np.random.Generator
) -> tuple[Floats, Floats]:
    """Logarithms of the process values of the reference and the arm: a row for each experiment.

    The mean of the iterations of a process is drawn as one normal number, with the deviation that such a mean has.
    """
    shape = (repetitions, plan.processes)
    drift = plan.drift * np.linspace(-0.5, 0.5, plan.processes)
    within = plan.within / math.sqrt(plan.iterations)
    sides = [
        source.normal(0.0, plan.noise, shape) + np.log1p(source.normal(0.0, within, shape)) + drift
        for _ in range(2)
    ]
    return sides[0], sides[1] - math.log(ratio)


def rates(plan: Plan, ratio: float, repetitions: int = REPETITIONS, seed: int = 1) -> Rates:
    """What happens to experiments of the plan in which the reference takes `ratio` times as long as the arm."""
    reference, arm = process_logs(plan, ratio, repetitions, np.random.default_rng(seed))
    comparison = compare(plan.test, reference, arm)
    limit = math.log(threshold(plan.claim, plan.rope))
    p = np.minimum(comparison.p_above(limit) * plan.tests, 1.0)
    words = decide(p, probability(comparison, limit), plan.alpha)
    low, high = comparison.interval()
    truth = math.log(ratio)
    return Rates(
        ratio=ratio,
        accepted=float((words == ACCEPTED).mean()),
        conditional=float((words == CONDITIONAL).mean()),
        rejected=float((words == REJECTED).mean()),
        different=float((comparison.p_different() < plan.alpha).mean()),
        covered=float(((low <= truth) & (truth <= high)).mean()),
        repetitions=repetitions,
    )


def records_of(
    experiment: Experiment,
    ratios: Mapping[str, float],
    *,
    noise: float = 0.02,
    within: float = 0.01,
    drift: float = 0.0,
    slow_start: int = 0,
    seconds: float = 0.01,
    machines: Mapping[str, float] | None = None,
    seed: int = 1,
) -> list[ProcessRecord]:
    """Records of a whole experiment, for tests and for pages that show what a page looks like.

    `ratios`: by arm, how much faster than the reference it is. The first `slow_start` iterations of every process take
    three times as long. `machines`: by name, how much slower each is; the blocks are dealt out among them.
    """
    source = np.random.default_rng(seed)
    hosts = list((machines or {"simulated": 1.0}).items())
    records = []
    for block in range(experiment.processes):
        host, slowness = hosts[block % len(hosts)]
        level = 1 + drift * (block / max(experiment.processes - 1, 1) - 0.5)
        for place in source.permutation(len(experiment.arms) * len(experiment.workloads)):
            arm = experiment.arms[place % len(experiment.arms)].name
            workload = experiment.workloads[place // len(experiment.arms)].name
            mean = seconds * slowness * level * math.exp(source.normal(0.0, noise)) / ratios.get(arm, 1.0)
            times = mean * (1 + source.normal(0.0, within, experiment.iterations))
            times[:slow_start] *= 3.0
            records.append(
                ProcessRecord(
                    block=block, arm=arm, workload=workload, machine=host, started=STARTED, status=0, load=0.0,
                    wall=float(times.sum()), cpu=float(times.sum()),
                    memory=round(1e9 * mean), instructions=round(1e9 * mean),
                    iterations=tuple(times.tolist()) if experiment.iterations > 1 else (),
                )
            )  # fmt: skip
    return records
