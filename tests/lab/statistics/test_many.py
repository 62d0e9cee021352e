"""The warm-up classes of many processes at once."""

from __future__ import annotations

import numpy as np
import pytest

from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics import many


def test_all_cpus_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    records = []
    for number in range(12):
        times = chance.lognormal(0, 0.01, 40)
        times[: 3 * number] *= 1.5
        record = ProcessRecord(
            number, "a", "w", "m", "", 1.0, 1.0, 1, 0, 0.0, iterations=tuple(times.tolist())
        )
        records.append(record)
    alone = many.classify_all(records, 0.01)
    assert len({each.kind for each in alone}) > 1
    monkeypatch.setattr(many, "PAYS", 1)
    assert many.classify_all(records, 0.01) == alone
