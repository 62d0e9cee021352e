"""What follows from the processes of a benchmark: medians, ratios to the reference with their intervals, and both with
each arm's own start-up taken off.

A ratio is the reference's time divided by the arm's, of geometric means of processes: 2.0 means twice as fast. All of
it is the lab's analysis; nothing is computed here but medians, which people read, and differences from the start-up.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cupola.lab.bench.programs import START_UP, Program
from cupola.lab.experiment.spec import Arm, Experiment
from cupola.lab.running.alone import WAITS, alone
from cupola.lab.running.progress import Progress, shown
from cupola.lab.running.records import ProcessRecord
from cupola.lab.running.runner import run
from cupola.lab.statistics.results import Analysis, Estimate

Value = Callable[[ProcessRecord], float]


def wall(record: ProcessRecord) -> float:
    """Seconds of wall time of a process, or what stands for it."""
    return record.wall


def cpu(record: ProcessRecord) -> float:
    """Seconds of processor time of a process, user and system."""
    return record.cpu


def experiment_of(
    arms: Sequence[Arm],
    programs: Sequence[Program],
    *,
    runs: int,
    seed: int,
    timeout: float,
    iterations: int = 1,
    test: str = "welch",
) -> Experiment:
    """The experiment that a benchmark is: whole processes; the first arm is the reference."""
    return Experiment(
        name="benchmark",
        question="How fast are the arms?",
        h0="all arms take the same time",
        h1="some take less",
        metric="total",
        reference=arms[0].name,
        arms=tuple(arms),
        workloads=tuple(each.workload for each in programs),
        processes=runs,
        iterations=iterations,
        timeout=timeout,
        test=test,
        seed=seed,
    )


@dataclass(frozen=True)
class Results:
    """A finished benchmark. Its workloads may include the empty program, whose times are those of starting up."""

    experiment: Experiment
    records: Sequence[ProcessRecord]

    @property
    def arms(self) -> Sequence[Arm]:
        return self.experiment.arms

    @property
    def reference(self) -> str:
        return self.experiment.reference

    @property
    def programs(self) -> list[str]:
        """The names of all programs but the empty one."""
        return [each.name for each in self.experiment.workloads if each.name != START_UP]

    @property
    def workloads(self) -> list[str]:
        """The names of all programs, the empty one last."""
        return [*self.programs, *(each.name for each in self.experiment.workloads if each.name == START_UP)]

    def of(self, arm: str, program: str) -> list[ProcessRecord]:
        """The processes of an arm on a program, in the order in which they ran."""
        return [each for each in self.records if each.arm == arm and each.workload == program]

    def problem(self, arm: str, program: str) -> str | None:
        """Why an arm is invalid for a program, or None."""
        found = self.of(arm, program)
        if not found:
            return "never run"
        return next((each.problem for each in found if each.problem), None)

    def problems(self) -> list[tuple[str, str, str]]:
        """Every invalid pair: arm, program, why."""
        found = [
            (arm.name, name, self.problem(arm.name, name)) for arm in self.arms for name in self.workloads
        ]
        return [(arm, name, why) for arm, name, why in found if why]

    def times(self, arm: str, program: str, value: Value = wall) -> list[float]:
        """The times in seconds; none where the arm is invalid."""
        return [] if self.problem(arm, program) else [value(each) for each in self.of(arm, program)]

    def median(self, arm: str, program: str, value: Value = wall) -> float | None:
        """The median time in seconds."""
        times = self.times(arm, program, value)
        return statistics.median(times) if times else None

    @cached_property
    def analysis(self) -> Analysis:
        """The analysis of all programs but the empty one."""
        return self._analysed([each for each in self.records if each.workload != START_UP])

    @cached_property
    def net(self) -> Analysis:
        """The same, with the median of the arm's own start-up taken off each process; of one that took no longer than
        that nothing is left, and it is in no figure."""
        started = {arm.name: self.median(arm.name, START_UP) or 0.0 for arm in self.arms}
        return self._analysed(
            [
                replace(each, wall=each.wall - started[each.arm])
                for each in self.records
                if each.workload != START_UP and each.wall > started[each.arm]
            ]
        )

    def estimate(self, arm: str, program: str | None, *, net: bool = False) -> Estimate | None:
        """How fast an arm is against the reference on a program, or (None) on the mean of all; None for the reference
        itself, and where an arm is invalid."""
        found = self.net if net else self.analysis
        return next((each for each in found.estimates if (each.arm, each.workload) == (arm, program)), None)

    def _analysed(self, records: Sequence[ProcessRecord]) -> Analysis:
        from cupola.lab.statistics.analysis import analyse

        workloads = tuple(each for each in self.experiment.workloads if each.name != START_UP)
        return analyse(replace(self.experiment, workloads=workloads), records)


def measure(experiment: Experiment, progress: Progress | None = None) -> Results:
    """Run a benchmark and keep all of it in memory."""
    records: list[ProcessRecord] = []
    with progress or shown() as telling, alone(lambda: telling.note(WAITS)):
        run(experiment, base=Path(), keep=records.append, progress=telling)
    return Results(experiment, records)


def shortest(results: Results) -> Results:
    """The same, where the time of a process is its shortest iteration: whatever else the machine does can only add."""
    records = [replace(each, wall=min(each.iterations, default=each.wall)) for each in results.records]
    return replace(results, records=records)
