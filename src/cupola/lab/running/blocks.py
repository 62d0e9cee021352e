"""The order of processes: in blocks, each of which runs every arm once on every workload, in random order.

The arms of a workload run side by side: drift of the machine (heat, neighbours) meets all alike. A block depends
on the experiment's seed and its own number alone, so blocks may run on several machines, and a run that was broken off
goes on in the same order.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.running.records import ProcessRecord

Key = tuple[int, str, str]
"""Block, arm and workload: each stands once in a plan."""


@dataclass(frozen=True)
class Step:
    """One process to run."""

    block: int
    arm: Arm
    workload: Workload

    @property
    def key(self) -> Key:
        """What names the process in its experiment."""
        return self.block, self.arm.name, self.workload.name


def block(experiment: Experiment, number: int) -> list[Step]:
    """The processes of a block, in their order."""
    chance = random.Random(f"{experiment.seed}/{number}")
    workloads, arms = experiment.workloads, experiment.arms
    return [
        Step(number, arm, workload)
        for workload in chance.sample(workloads, len(workloads))
        for arm in chance.sample(arms, len(arms))
    ]


def plan(
    experiment: Experiment, done: Iterable[ProcessRecord] = (), blocks: Collection[int] | None = None
) -> list[Step]:
    """All processes that have not run yet, of all blocks (from 1) or of some."""
    ran = {(each.block, each.arm, each.workload) for each in done}
    wanted = range(1, experiment.processes + 1) if blocks is None else blocks
    return [step for number in wanted for step in block(experiment, number) if step.key not in ran]
