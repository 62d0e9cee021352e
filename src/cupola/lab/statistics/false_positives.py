"""How often this machine shows a difference where there is none: the A/A run, split again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cupola.lab.experiment.spec import Experiment
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.comparison import compare
from cupola.lab.statistics.values import observe

SPLITS = 2_000
LEAST_BLOCKS = 5  # of fewer there are too few splits: 2 to the power of the blocks

Floats = NDArray[np.float64]


def false_positive_rate(experiment: Experiment, records: Iterable[ProcessRecord]) -> float | None:
    """The share of splits of an A/A run in which the experiment's test sees a difference at alpha (two-sided).

    In each block two processes ran the same arm. Which of them is called the reference is drawn anew for every split,
    as the order in a block is drawn in a run, so what the machine did in the meantime stays in. Over all workloads;
    None where there are too few blocks. About alpha is right; clearly more says that the test's model does not fit
    here.
    """
    cells, _ = observe(experiment, records)
    blocks: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for (_, workload), cell in sorted(cells.items()):
        for (machine, block, _), value in sorted(cell.logs.items()):
            blocks[workload, machine, block].append(value)
    found: list[Floats] = []
    source = np.random.default_rng(experiment.seed)
    for workload in sorted({key[0] for key in blocks}):
        pairs = [values[:2] for key, values in blocks.items() if key[0] == workload and len(values) >= 2]
        if len(pairs) >= LEAST_BLOCKS:
            found.append(p_of_splits(np.array(pairs), experiment.test, source, SPLITS))
    return float((np.concatenate(found) < experiment.alpha).mean()) if found else None


def p_of_splits(pairs: Floats, test: str, source: np.random.Generator, splits: int) -> Floats:
    """The two-sided p values of so many splits of pairs (a row each), of logarithms."""
    swap = source.integers(0, 2, size=(splits, len(pairs))).astype(np.bool_)
    first = np.where(swap, pairs[:, 1], pairs[:, 0])
    second = np.where(swap, pairs[:, 0], pairs[:, 1])
    return compare(test, first, second).p_different()
