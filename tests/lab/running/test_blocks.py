"""The order of processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cupola.lab.experiment.spec import Workload
from cupola.lab.running.blocks import block, plan
from cupola.lab.running.records import ProcessRecord
from tests.lab.running.experiments import arm, experiment

ARMS = tuple(arm(name) for name in "abc")
WORKLOADS = (Workload("fib", "work.py"), Workload("sieve", "work.py"))


def test_each_block_runs_every_arm_once_on_every_workload_the_arms_side_by_side(tmp_path: Path) -> None:
    made = experiment(tmp_path, "", arms=ARMS, workloads=WORKLOADS, processes=5)
    steps = plan(made)
    assert len({each.key for each in steps}) == len(steps) == 5 * 3 * 2
    for start in range(0, len(steps), 3):
        three = steps[start : start + 3]
        assert len({(each.block, each.workload.name) for each in three}) == 1
        assert {each.arm.name for each in three} == set("abc")


def test_the_order_depends_on_the_seed_and_the_block_alone(tmp_path: Path) -> None:
    made = experiment(tmp_path, "", arms=ARMS, workloads=WORKLOADS, processes=20)
    keys = [each.key for each in plan(made)]
    assert keys == [each.key for each in plan(made)]
    assert keys != [each.key for each in plan(replace(made, seed=8))]
    assert [each.key for each in plan(made, blocks=[3])] == [each.key for each in block(made, 3)]
    longer = replace(made, processes=21)
    assert [each.key for each in plan(longer)][: len(keys)] == keys
    assert len({tuple(key[1:] for key in keys[at : at + 6]) for at in range(0, len(keys), 6)}) > 5


def test_what_ran_is_not_planned_again(tmp_path: Path) -> None:
    made = experiment(tmp_path, "", arms=ARMS)
    steps = plan(made)
    done = [
        ProcessRecord(
            *step.key, "m", "2026-01-01", 1.0, 1.0, 1, 0, 0.0, "killed" if step.block == 1 else None
        )
        for step in steps[:4]
    ]
    assert plan(made, done) == steps[4:]
