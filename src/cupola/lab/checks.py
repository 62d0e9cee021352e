"""`cupola bench checks`: what the budget word and the checks of guest code cost, measured by leaving them out.

The benchmark programs run on the baseline compiler of engines that differ in nothing else (see `workloads.variant`),
as processes, interleaved as in any benchmark. In each process a program runs several times; the least time counts:
whatever else the machine does can only add to it.
"""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from cupola.lab.bench import UsageError, progress
from cupola.lab.measure import PLACE, Arm, Program, Run, judge, measure
from cupola.lab.report import Report, Setting, Table
from cupola.lab.results import Results
from cupola.lab.running import told

ARMS = ("as-it-is", "no-budget", "nor-stack-checks", "nor-address-checks")
REPEATS = 5
TIMEOUT = 300.0  # seconds: the first run of an arm builds its image
MIDDLES: dict[str, Callable[[Sequence[float]], float]] = {"medians": statistics.median, "shortest": min}


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it. Raises UsageError if a program fails."""
    arms = [Arm(name, command(name)) for name in ARMS]
    for arm in arms:
        print(f"warming up: {arm.name}", file=sys.stderr)
        execute(arm.on(programs[0].path), programs[0].expected, TIMEOUT)
    taken = measure(
        arms,
        programs,
        runs=about.runs,
        seed=about.seed,
        timeout=TIMEOUT,
        execute=execute,
        progress=progress(),
    )
    for each in taken:
        if each.run.problem:
            raise UsageError(f"{each.arm} on {each.program}: {each.run.problem}")
    results = Results(arms, programs, taken, ARMS[0])
    tables = [seconds(results), *(costs(results, kind) for kind in MIDDLES)]
    lines = [
        f"Time on the baseline compiler: the least of {REPEATS} runs in each of {about.runs} processes. "
        "Each column leaves out what those before it do.",
        "Cost: how much longer the engine as it is takes than the one without.",
    ]
    return Report("what the checks cost", about, tables, lines, data(results))


def command(arm: str) -> tuple[str, ...]:
    """The command of an arm."""
    return (sys.executable, "-m", "cupola.lab.workloads.variant", arm, "--tier", "baseline", PLACE)


def execute(command: list[str], expected: str, timeout: float) -> Run:
    """Run one process of `variant`; the shortest iteration that it tells is the run's user time."""
    with tempfile.NamedTemporaryFile() as file:
        environment = {**os.environ, **told.environment(file.name, REPEATS)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)
        problem = judge(done.returncode, done.stdout, expected, done.stderr)
        found = told.read(file.name)
    if problem is None and (found is None or len(found.iterations) != REPEATS):
        problem = f"it told of {0 if found is None else len(found.iterations)} iterations, expected {REPEATS}"
    seconds = min(found.iterations) if problem is None and found is not None else 0.0
    return Run(seconds, seconds, 0, problem)


def middle(results: Results, arm: str, program: str, kind: str) -> float:
    """The seconds of an arm on a program."""
    return MIDDLES[kind](results.times(arm, program, "user"))


def cost(results: Results, arm: str, program: str, kind: str) -> float:
    """How many times as long as `arm` the product takes."""
    return middle(results, results.reference, program, kind) / middle(results, arm, program, kind)


def seconds(results: Results) -> Table:
    """The times behind the costs."""
    head = ["program", *(arm.name for arm in results.arms)]
    rows = [
        [
            each.name,
            *(
                f"{middle(results, arm.name, each.name, 'medians'):.4f} "
                f"({middle(results, arm.name, each.name, 'shortest'):.4f})"
                for arm in results.arms
            ),
        ]
        for each in results.programs
    ]
    return Table("Seconds: median (shortest)", head, rows)


def costs(results: Results, kind: str) -> Table:
    """The table of costs in percent; the last row is the geometric mean."""
    others = [arm.name for arm in results.arms[1:]]
    rows = [
        [each.name, *(percent(cost(results, arm, each.name, kind)) for arm in others)]
        for each in results.programs
    ]
    rows.append(["geometric mean", *(percent(mean(results, arm, kind)) for arm in others)])
    return Table(f"Cost, from the {kind}", ["program", *others], rows)


def mean(results: Results, arm: str, kind: str) -> float:
    """The geometric mean of the costs over the programs."""
    logs = [math.log(cost(results, arm, each.name, kind)) for each in results.programs]
    return math.exp(statistics.fmean(logs))


def percent(ratio: float) -> str:
    """A ratio as a difference in percent."""
    return f"{100 * (ratio - 1):+.1f} %"


def data(results: Results) -> dict[str, Any]:
    """Everything for JSON."""
    names = [arm.name for arm in results.arms[1:]]
    return {
        "arms": [arm.name for arm in results.arms],
        "programs": [each.name for each in results.programs],
        "samples": [
            {
                "block": each.block,
                "arm": each.arm,
                "program": each.program,
                "seconds": asdict(each.run)["user"],
            }
            for each in results.samples
        ],
        "costs": {
            kind: {
                arm: {each.name: cost(results, arm, each.name, kind) - 1 for each in results.programs}
                | {"geometric mean": mean(results, arm, kind) - 1}
                for arm in names
            }
            for kind in MIDDLES
        },
    }
