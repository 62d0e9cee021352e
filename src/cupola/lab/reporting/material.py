"""What a report is made of: an experiment with everything that is known about it, from wherever it is kept.

Plain data; `contents` reads it, `gather` fills it from the journal, and tests make it up.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cupola.lab.experiment.spec import Arm, Experiment
from cupola.lab.journal.calibration import Scored
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import Analysis, Estimate, WarmUp
from cupola.lab.statistics.values import observe, value_of


@dataclass(frozen=True)
class Amendment:
    """A change after registration."""

    time: str  # ISO 8601, UTC
    digest: str
    reason: str
    difference: str  # lines that begin with + and -


@dataclass(frozen=True)
class Registration:
    """When and as what the experiment was frozen. `digest` is that of its canonical form, `entry` the number of the
    journal's entry and `chain` that entry's own digest."""

    time: str
    digest: str
    commit: str
    author: str
    entry: int
    chain: str
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True)
class Gates:
    """What was checked before numbers count. `meaning` is whether all arms meant the same as `reference`, on all
    workloads and on `generated` random programs (None: not checked yet), and `difference` the first in which not."""

    meaning: bool | None = None
    difference: str = ""
    reference: str = ""
    generated: int = 0


@dataclass(frozen=True)
class Physics:
    """What the physics of words saw in one run: a row for each tick, and each word's heat at the end."""

    program: str
    threshold: int
    ticks: tuple[dict[str, int], ...] = ()
    heats: tuple[tuple[str, int, int], ...] = ()  # word, heat, executions


@dataclass(frozen=True)
class Material:
    """An experiment and all that is known about it."""

    experiment: Experiment
    records: Sequence[ProcessRecord]
    aa_records: Sequence[ProcessRecord] = ()
    analysis: Analysis | None = None  # None: it has not run yet, or not to the end
    registration: Registration | None = None  # None: never registered, as with `cupola lab compare`
    gates: Gates = Gates()
    outcomes: tuple[Scored, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    physics: Physics | None = None
    commands: tuple[str, ...] = ()  # to do it again

    @property
    def silent(self) -> bool:
        """Whether no number may be printed: two arms do not mean the same, so there is nothing to compare."""
        return self.analysis is not None and self.analysis.verdict.word == "invalid"

    @property
    def exploratory(self) -> bool:
        """Whether it was changed after it was registered, or never registered: it can suggest, and confirms nothing."""
        return self.registration is None or bool(self.registration.amendments)

    @property
    def arms(self) -> tuple[Arm, ...]:
        """All arms, the reference first."""
        return (self.experiment.arm(self.experiment.reference), *self.experiment.challengers)

    def estimates(self, arm: str) -> list[Estimate]:
        """An arm's estimates, that of all workloads first. Of one workload there is one: that which decides, under the
        workload's name."""
        found = [] if self.analysis is None else [each for each in self.analysis.estimates if each.arm == arm]
        found.sort(key=lambda each: each.workload is not None)
        if len(self.experiment.workloads) > 1 or not found:
            return found
        decides = found[0] if self.experiment.scope == "mean" else found[-1]
        return [replace(decides, workload=self.experiment.workloads[0].name)]

    @functools.cached_property
    def classified(self) -> list[tuple[ProcessRecord, WarmUp | None]]:
        """The processes without a problem, each with its class of warm-up where it has one. Classes stand in the order
        of the records; on several machines a block may occur more than once."""
        ahead: dict[tuple[str, str, int], deque[WarmUp]] = {}
        for arm, workload, block, warm_up in () if self.analysis is None else self.analysis.warm_ups:
            ahead.setdefault((arm, workload, block), deque()).append(warm_up)
        return [
            (each, known.popleft() if (known := ahead.get((each.arm, each.workload, each.block))) else None)
            for each in self.records
            if each.problem is None
        ]


def values(material: Material) -> list[tuple[ProcessRecord, float]]:
    """What each process measured of the experiment's metric; processes that count in no figure are left out."""
    metric = material.experiment.metric
    found = [(record, value_of(record, metric, warm_up)) for record, warm_up in material.classified]
    return [(record, value) for record, value in found if value is not None]


def a_a_values(material: Material) -> list[tuple[ProcessRecord, float]]:
    """The same of the processes of the A/A run, whose classes are in no analysis."""
    experiment = material.experiment
    good = [each for each in material.aa_records if each.problem is None]
    _, classes = observe(experiment, good)
    ahead = iter(classes)
    found = []
    for record in good:
        warm_up = next(ahead)[3] if classes else None
        value = value_of(record, experiment.metric, warm_up)
        if value is not None:
            found.append((record, value))
    return found
