"""`cupola bench checks`: what the budget word and the checks of guest code cost, measured by leaving them out.

The benchmark programs run on the baseline compiler of engines that differ in nothing else (see `unchecked`), as
processes, interleaved as in any benchmark. User CPU time without that of the empty program is compared.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cupola.lab.bench import UsageError, progress, warm_up
from cupola.lab.measure import PLACE, START_UP, Arm, Program, Sample, measure
from cupola.lab.report import Report, Setting, Table, samples
from cupola.lab.results import Results
from cupola.lab.unchecked import ARMS

TIMEOUT = 300.0  # seconds: the first run of an arm builds its image
MIDDLES: dict[str, Callable[[Sequence[float]], float]] = {"medians": statistics.median, "shortest": min}


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it. Raises UsageError if a program fails."""
    names = list(ARMS)
    arms = [Arm(name, (sys.executable, "-m", "cupola.lab.unchecked", name, PLACE)) for name in names]
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / "empty.fs"
        empty.write_text("")
        start = Program(START_UP, empty, "")
        warm_up(arms, start, TIMEOUT)
        taken = measure(
            arms, [*programs, start], runs=about.runs, seed=about.seed, timeout=TIMEOUT, progress=progress()
        )
    results = Results(arms, programs, taken, names[0])
    for arm, program, why in results.problems():
        raise UsageError(f"{arm} on {program}: {why}")
    tables = [seconds(results), *(costs(results, kind) for kind in MIDDLES)]
    lines = [
        "User CPU time on the baseline compiler, start-up subtracted; each column leaves out what those before it do.",
        "Cost: how much longer the engine as it is takes than the one without.",
    ]
    return Report("what the checks cost", about, tables, lines, data(results))


def net(samples: Sequence[Sample], arm: str, program: str, kind: str) -> float:
    """User seconds of an arm on a program without its start-up."""
    middle = MIDDLES[kind]

    def user(name: str) -> float:
        return middle([each.run.user for each in samples if each.arm == arm and each.program == name])

    return user(program) - user(START_UP)


def cost(results: Results, arm: str, program: str, kind: str) -> float:
    """How many times as long as `arm` the product takes."""
    return net(results.samples, results.reference, program, kind) / net(results.samples, arm, program, kind)


def seconds(results: Results) -> Table:
    """The times behind the costs."""
    head = ["program", *(arm.name for arm in results.arms)]
    rows = [
        [each.name, *(f"{net(results.samples, arm.name, each.name, 'medians'):.3f}" for arm in results.arms)]
        for each in results.programs
    ]
    return Table("User time without start-up, seconds: medians", head, rows)


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
        **samples(results),
        "costs": {
            kind: {
                arm: {each.name: cost(results, arm, each.name, kind) - 1 for each in results.programs}
                | {"geometric mean": mean(results, arm, kind) - 1}
                for arm in names
            }
            for kind in MIDDLES
        },
    }
