"""The rule of the verdict, and its words."""

from __future__ import annotations

import numpy as np
import pytest

from cupola.lab.statistics.verdict import STATUS, WORST_FIRST, decide, doubtful, invalid, overall, unsteady


@pytest.mark.parametrize(
    ("adjusted", "probability", "word"),
    [
        (0.049, 0.951, "accepted"),
        (0.05, 0.951, "conditional"),
        (0.049, 0.95, "conditional"),
        (0.5, 0.06, "conditional"),
        (0.9, 0.049, "rejected"),
        (1.0, 0.5, "conditional"),
    ],
)
def test_the_rule(adjusted: float, probability: float, word: str) -> None:
    assert decide(np.asarray(adjusted), np.asarray(probability), 0.05) == word


def test_every_verdict_has_its_exit_status() -> None:
    assert STATUS == {"accepted": 0, "conditional": 10, "rejected": 11, "invalid": 12, "no steady state": 13}
    assert set(WORST_FIRST) == set(STATUS)
    for found in (invalid("x"), unsteady("x"), doubtful("x", "")):
        assert found.status == STATUS[found.word]


def test_the_worst_verdict_is_the_experiments() -> None:
    verdicts = [doubtful("too few", "a", 30), doubtful("too few", "b", 50)]
    both = overall(verdicts)
    assert (both.word, both.needed, both.arm) == ("conditional", 50, "")
    assert both.rule == "all arms conditional; a: undecided: too few"
    assert overall([*verdicts, doubtful("no count helps", "c")]).needed is None
    assert overall([*verdicts, unsteady("x", "c")]).word == "no steady state"
    assert overall([*verdicts, unsteady("x", "c"), invalid("y", "d")]).status == 12
    assert overall(verdicts[:1]).rule == verdicts[0].rule
