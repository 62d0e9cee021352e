"""Experiments on several machines: what a machine is like must neither make nor hide a difference of arms."""

from __future__ import annotations

import numpy as np
import pytest

from cupola.lab.statistics.comparison import compare
from cupola.lab.statistics.values import Place, sample

Side = dict[Place, float]
REPETITIONS = 1000


def measured(counts: tuple[int, ...], chance: np.random.Generator) -> tuple[Side, Side]:
    """The logarithms of two equal arms, on machines a third apart that ran so many blocks, by place."""
    sides: tuple[Side, Side] = ({}, {})
    machines = [machine for machine, count in enumerate(counts) for _ in range(count)]
    for block, machine in enumerate(machines, 1):
        for side, spread in zip(sides, (0.03, 0.02), strict=True):
            side[f"m{machine}", block, 0] = 0.3 * machine + chance.normal(0, spread)
    return sides


@pytest.mark.parametrize("test", ["welch", "paired"])
@pytest.mark.parametrize("counts", [(12, 6, 2), (2, 2, 2, 2, 2)])
def test_equal_arms_on_unequal_machines(test: str, counts: tuple[int, ...]) -> None:
    chance = np.random.default_rng(5)
    false = covered = 0
    for _ in range(REPETITIONS):
        reference, arm = measured(counts, chance)
        taken = sample(reference, arm, test)
        found = compare(test, taken.reference, taken.arm, taken.lost)
        low, high = found.interval()
        false += bool(found.p_different() < 0.05)
        covered += bool(low <= 0 <= high)
    assert 0.03 <= false / REPETITIONS <= 0.07
    assert 0.93 <= covered / REPETITIONS <= 0.97
