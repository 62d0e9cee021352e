"""The types of an experiment: what is compared, on what, how often, and what was predicted.

All of it is fixed before the first process runs. Every field has its meaning beside it, in `metadata`: the reader's
messages and the comments of a new file are made of that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from cupola.lab.experiment.claims import EXPECTED

METRICS = {
    "steady": "seconds of an iteration once warm: needs iterations, and a steady state in every process",
    "least": "seconds of the fastest iteration: needs iterations, but no steady state; for machines that are disturbed",
    "peak": "seconds from the first iteration to the beginning of the steady state",
    "total": "seconds of wall time of the whole process",
    "cpu": "seconds of processor time of the whole process, user and system",
    "memory": "bytes of memory that the process had at its peak",
    "instructions": "guest instructions, or those of the machine where its counters can be read",
}
"""What can be measured. Of every metric less is better."""

ITERATED = ("steady", "least", "peak")
"""Metrics that need times of iterations."""

IN_PROCESS = ("steady", "peak")
"""Metrics that need a steady state as well."""

CORRECTIONS = ("holm", "bonferroni", "none")
TESTS = ("welch", "paired")
SCOPES = ("mean", "every")
SUFFICES = ("all", "one")
REFERENCE_OF_MEANING = "switch"
"""The tier whose output is right, where cupola's own engines are compared."""


def said(
    meaning: str,
    *,
    choices: Collection[str] = (),
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    example: str = "",
    **more: Any,
) -> Any:
    """A field of a dataclass with its meaning, what it may be (one of `choices`; not less than `least`, not more than
    `most`; more than `above`, less than `below`), and an example as it would stand in a file."""
    limits = {"choices": tuple(choices), "least": least, "most": most, "above": above, "below": below}
    return field(metadata={"meaning": meaning, "example": example, **limits}, **more)


@dataclass(frozen=True)
class Arm:
    """A way to run a workload: cupola with switches, or any command with `{program}` in it."""

    name: str = said("how tables call it")
    switches: tuple[str, ...] = said(
        "arguments of `cupola run`", example='["--tier", "baseline"]', default=()
    )
    command: tuple[str, ...] = said(
        "any other command, {program} standing for the workload's program; instead of switches",
        example='["gforth-fast", "{program}", "-e", "bye"]',
        default=(),
    )
    environment: tuple[tuple[str, str], ...] = said(
        "variables that its processes get", example='{ LANG = "C" }', default=()
    )
    state: tuple[tuple[str, str], ...] = said(
        "facts that must hold after each process; a process of another state is void",
        example='{ tier = "baseline" }',
        default=(),
    )

    @property
    def is_cupola(self) -> bool:
        """Whether it is ours: then it can run iterations, and tells its events and its state."""
        return not self.command


@dataclass(frozen=True)
class Workload:
    """A program, or what stands in its place, and what it must print."""

    name: str = said("how tables call it")
    program: str = said(
        "path of the program, from the directory of the experiment's file", example='"fib.fs"', default=""
    )
    arguments: tuple[str, ...] = said(
        "what follows the program on the command line", example='["30"]', default=()
    )
    expected: str | None = said(
        "what it must print; where it is missing the arm of reference says it",
        example='"832040\\n"',
        default=None,
    )


@dataclass(frozen=True)
class Prediction:
    """What somebody expects of one arm, before the run: the ratio of the reference to the arm, above 1 where the arm
    is better."""

    arm: str = said("of which arm")
    low: float = said("least ratio expected", above=0.0)
    high: float = said("greatest ratio expected", above=0.0)
    confidence: float = said(
        "probability, from 0 to 1, that the measured ratio lies from low to high; a formula: cupola lab predict",
        least=0.0,
        most=1.0,
    )
    basis: str = said("why: a paper, a model, an earlier experiment", default="")


@dataclass(frozen=True)
class Experiment:
    """A question with everything that its answer depends on."""

    name: str = said("a short name: letters, digits, hyphens")
    question: str = said("what is asked, in one sentence")
    h0: str = said("the hypothesis that a test may refuse, such as: no difference")
    h1: str = said("the hypothesis that is claimed")
    metric: str = said("what is measured", choices=METRICS)
    reference: str = said("the arm that all others are compared with")
    arms: tuple[Arm, ...] = said("the ways of running that are compared")
    workloads: tuple[Workload, ...] = said("what is run")
    predictions: tuple[Prediction, ...] = said("what is expected, before the run", default=())
    claim: str = said(f"what acceptance means: {EXPECTED}", default="faster")
    scope: str = said(
        "whether the claim is of the geometric mean of all workloads, or of every one",
        choices=SCOPES,
        default="mean",
    )
    claimed: tuple[str, ...] = said(
        "the arms that the claim is of; none: all but the reference. Others are measured beside them",
        example='["baseline"]',
        default=(),
    )
    suffices: str = said(
        "how many of these arms must keep the claim: all of them, or one", choices=SUFFICES, default="all"
    )
    processes: int = said("processes for each arm and workload", least=2, default=20)
    iterations: int = said(
        "iterations in each process; 1 where whole processes are measured", least=1, default=1
    )
    rope: float = said(
        "region of practical equivalence: 0.01 means that 1 % is no difference",
        least=0.0,
        below=1.0,
        default=0.01,
    )
    alpha: float = said("rate of false positives over all tests together", above=0.0, below=1.0, default=0.05)
    correction: str = said("how several tests share alpha", choices=CORRECTIONS, default="holm")
    test: str = said("welch: arms apart; paired: neighbours in a block", choices=TESTS, default="welch")
    outlier: float = said(
        "deviations (by the median's) beyond which a process is flagged, never dropped",
        above=0.0,
        default=3.5,
    )
    timeout: float = said(
        "seconds after which a process is killed, and kept as data", above=0.0, default=60.0
    )
    generated: int = said(
        "random programs on which all arms must agree with the reference first", least=0, default=0
    )
    seed: int = said("seed of the order of runs; 0: chosen at registration", least=0, default=0)

    def arm(self, name: str) -> Arm:
        """The arm of that name. Raises KeyError."""
        return {each.name: each for each in self.arms}[name]

    @property
    def challengers(self) -> tuple[Arm, ...]:
        """All arms but the reference."""
        return tuple(each for each in self.arms if each.name != self.reference)

    @property
    def claimants(self) -> tuple[str, ...]:
        """The arms that the claim is of, and from which the verdict follows."""
        return self.claimed or tuple(each.name for each in self.challengers)
