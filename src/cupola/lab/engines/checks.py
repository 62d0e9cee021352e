"""`cupola bench checks`: what the budget word and the checks of guest code cost, measured by leaving them out.

The benchmark programs run on the baseline compiler of engines that differ in nothing else (see `workloads.variant`), as
processes in interleaved blocks. In each process the last line of a program runs several times; the shortest counts:
whatever else the machine does can only add to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cupola.lab.bench.arms import warm_up
from cupola.lab.bench.programs import Program, UsageError
from cupola.lab.bench.report import Report, Setting, Table, ratio, samples, spread
from cupola.lab.bench.results import Results, experiment_of, measure, shortest, wall
from cupola.lab.experiment.spec import Arm
from cupola.lab.running.guest import PROGRAM, PYTHON

ARMS = ("as-it-is", "no-budget", "nor-stack-checks", "nor-address-checks")
REPEATS = 5
TIMEOUT = 300.0  # seconds


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it. Raises UsageError if a program fails."""
    arms = [arm(name) for name in ARMS]
    experiment = experiment_of(
        arms, programs, runs=about.runs, seed=about.seed, timeout=TIMEOUT, iterations=REPEATS
    )
    warm_up(experiment, programs[0])
    results = shortest(measure(experiment))
    for name, program, why in results.problems():
        raise UsageError(f"{name} on {program}: {why}")
    lines = [
        f"Times on the baseline compiler: the shortest of {REPEATS} runs in each of {about.runs} processes. "
        "Each column leaves out what those before it do.",
        "Ratios of 1.10: so much faster is the engine without, that is, the check costs 10 %.",
    ]
    return Report("what the checks cost", about, tables(results), lines, samples(results))


def arm(name: str) -> Arm:
    """The arm that runs one of the engines."""
    command = (PYTHON, "-m", "cupola.lab.workloads.variant", name, "--tier", "baseline", PROGRAM)
    return Arm(name, command=command, state=(("variant", name), ("tier", "baseline")))


def tables(results: Results) -> list[Table]:
    """The times, and what the checks cost."""
    head = ["program", *ARMS]
    times = [[name, *(spread(results, arm, name, wall) for arm in ARMS)] for name in results.programs]
    names: list[str | None] = [*results.programs, None]
    costs = [
        [name or "geometric mean", *(ratio(results, arm, name, net=False) for arm in ARMS)] for name in names
    ]
    return [
        Table("Seconds: median (smallest to largest)", head, times),
        Table(f"Times as fast as {ARMS[0]}, with 95 % intervals", head, costs),
    ]
