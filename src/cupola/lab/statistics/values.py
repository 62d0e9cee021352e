"""From records to numbers: one logarithm for each process that measured something, by arm and workload.

The process is the unit of analysis: iterations of one process are no independent draws. A record with a problem, a
process without a steady state where one is claimed, and a value that has no logarithm give no number; they are
counted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cupola.lab.experiment.spec import IN_PROCESS, Experiment
from cupola.lab.running.records import ProcessRecord, measured
from cupola.lab.statistics.many import classify_all
from cupola.lab.statistics.results import WarmUp
from cupola.lab.statistics.warm_up import LEAST_ITERATIONS, TOLERANCE, time_to_steady

Floats = NDArray[np.float64]

Place = tuple[str, int, int]
"""Machine, block, and which of the arm's processes in that block."""

MOST_LOST = 0.1  # share of an arm's processes that may be lost before a claim is in doubt


@dataclass
class Cell:
    """What the processes of one arm on one workload measured: logarithms by place, and what was lost and why."""

    logs: dict[Place, float] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)  # warm-up classes
    lost: Counter[str] = field(default_factory=Counter)
    differs: str | None = None
    count: int = 0

    @property
    def doubt(self) -> str | None:
        """Why a claim about this cell would be a claim about the survivors, in words; None if it would not."""
        lost = sum(self.lost.values())
        if lost <= MOST_LOST * self.count and self.logs:
            return None
        reasons = "; ".join(f"{reason} ({number})" for reason, number in self.lost.most_common(3))
        return f"{lost} of {self.count} processes are in no figure: {reasons}"


Cells = dict[tuple[str, str], Cell]
WarmUps = tuple[tuple[str, str, int, WarmUp], ...]


def observe(experiment: Experiment, records: Iterable[ProcessRecord]) -> tuple[Cells, WarmUps]:
    """The cells of all arms and workloads with a record, and the warm-up class of every process with iterations."""
    cells: Cells = {}
    warm_ups: list[tuple[str, str, int, WarmUp]] = []
    seen = list(records)
    classes = iter(
        classify_all([each for each in seen if _warms_up(experiment, each)], max(TOLERANCE, experiment.rope))
    )
    for record in seen:
        cell = cells.setdefault((record.arm, record.workload), Cell())
        cell.count += 1
        if record.problem is not None:
            cell.lost[record.problem] += 1
            if record.differs and cell.differs is None:
                cell.differs = f"block {record.block}: {record.problem}"
            continue
        warm_up = None
        if _warms_up(experiment, record):
            warm_up = next(classes)
            warm_ups.append((record.arm, record.workload, record.block, warm_up))
            cell.kinds.append(warm_up.kind)
        _add(cell, record, value_of(record, experiment.metric, warm_up), experiment.metric)
    return cells, tuple(warm_ups)


def _warms_up(experiment: Experiment, record: ProcessRecord) -> bool:
    """Whether a process has a warm-up class: it counts, and has iterations enough, or is asked for its steady state."""
    asked = experiment.metric in IN_PROCESS or len(record.iterations) >= LEAST_ITERATIONS
    return record.problem is None and asked


def value_of(record: ProcessRecord, metric: str, warm_up: WarmUp | None) -> float | None:
    """What the process measured; None if it measured nothing, as without a steady state."""
    if metric not in IN_PROCESS:
        return measured(record, metric)
    if warm_up is None:
        return None
    return warm_up.mean if metric == "steady" else time_to_steady(record.iterations, warm_up)


def _add(cell: Cell, record: ProcessRecord, value: float | None, metric: str) -> None:
    if value is None:
        cell.lost["no steady state" if metric in IN_PROCESS else f"no {metric} was measured"] += 1
    elif not (0 < value < math.inf):
        cell.lost[f"{metric} of {value:g}, which has no logarithm"] += 1
    else:
        repeated = 0
        while (place := (record.machine, record.block, repeated)) in cell.logs:
            repeated += 1
        cell.logs[place] = math.log(value)


def mean_of_workloads(cells: Iterable[Mapping[Place, float]]) -> dict[Place, float]:
    """The mean logarithm over all workloads, of the places where every workload was measured."""
    all_of_them = list(cells)
    shared = set(all_of_them[0]).intersection(*all_of_them[1:])
    return {
        place: math.fsum(each[place] for each in all_of_them) / len(all_of_them) for place in sorted(shared)
    }


@dataclass(frozen=True)
class Sample:
    """The logarithms of the reference and of an arm, ready to be compared, and the blocks they come from.

    Paired: the same place in both arrays is the same block. `lost`: degrees of freedom of each arm that the machines
    took.
    """

    reference: Floats
    arm: Floats
    reference_blocks: tuple[int, ...]
    arm_blocks: tuple[int, ...]
    lost: float = 0.0


def sample(reference: Mapping[Place, float], arm: Mapping[Place, float], test: str) -> Sample:
    """What can be compared: of machines that ran both arms, and for pairs of blocks that have both.

    Machine is a blocking factor: where there are several, each machine's level (the mean of its two arms' means) is
    taken off, which costs a degree of freedom for every machine but the first, half of it from each arm.
    """
    machines = sorted({place[0] for place in reference} & {place[0] for place in arm})
    keep = set(reference) & set(arm) if test == "paired" else set(reference) | set(arm)
    places = [
        sorted(place for place in side if place in keep and place[0] in machines) for side in (reference, arm)
    ]
    sides = [
        np.array([values[place] for place in found])
        for values, found in zip((reference, arm), places, strict=True)
    ]
    for machine in machines if len(machines) > 1 else ():
        here = [np.array([place[0] == machine for place in found]) for found in places]
        if all(each.any() for each in here):
            level = sum(float(side[own].mean()) for side, own in zip(sides, here, strict=True)) / 2
            for side, own in zip(sides, here, strict=True):
                side[own] -= level
    blocks = [tuple(place[1] for place in found) for found in places]
    return Sample(sides[0], sides[1], blocks[0], blocks[1], max(len(machines) - 1, 0) / 2)
