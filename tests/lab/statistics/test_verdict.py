"""The rule of the verdict, and its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.statistics.results import Verdict
from cupola.lab.statistics.verdict import (
    BEST_FIRST,
    STATUS,
    WORST_FIRST,
    decide,
    doubtful,
    invalid,
    overall,
    unsteady,
)

OF_ALL = Experiment(
    name="plain",
    question="is the arm faster?",
    h0="no difference",
    h1="it is faster",
    metric="total",
    reference="old",
    arms=(Arm("old"), Arm("a"), Arm("b")),
    workloads=(Workload("fib"),),
)
OF_ONE = replace(OF_ALL, suffices="one")


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
    assert set(WORST_FIRST) == set(BEST_FIRST) == set(STATUS)
    for found in (invalid("x"), unsteady("x"), doubtful("x", "")):
        assert found.status == STATUS[found.word]


def test_the_worst_verdict_is_the_experiments() -> None:
    verdicts = [doubtful("too few", "a", 30), doubtful("too few", "b", 50)]
    both = overall(OF_ALL, verdicts)
    assert (both.word, both.needed, both.arm) == ("conditional", 50, "")
    assert both.rule == "all arms conditional; a: undecided: too few"
    assert overall(OF_ALL, [*verdicts, doubtful("no count helps", "c")]).needed is None
    assert overall(OF_ALL, [*verdicts, unsteady("x", "c")]).word == "no steady state"
    assert overall(OF_ALL, [*verdicts, unsteady("x", "c"), invalid("y", "d")]).status == 12
    assert overall(OF_ALL, verdicts[:1]).rule == verdicts[0].rule


def said(word: str, arm: str) -> Verdict:
    return Verdict(word, STATUS[word], f"the figures of {arm}", None, arm)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("rejected", "accepted"), "accepted"),
        (("no steady state", "accepted"), "accepted"),
        (("rejected", "conditional"), "conditional"),
        (("rejected", "no steady state"), "no steady state"),
        (("rejected", "rejected"), "rejected"),
        (("accepted", "invalid"), "invalid"),
    ],
)
def test_where_one_arm_suffices_the_best_verdict_is_the_experiments(
    words: tuple[str, str], found: str
) -> None:
    assert overall(OF_ONE, [said(words[0], "a"), said(words[1], "b")]).word == found


def test_the_rule_says_that_one_suffices() -> None:
    both = overall(OF_ONE, [said("rejected", "a"), said("accepted", "b")])
    assert both.rule == "1 of 2 arms accepted, one suffices; b: the figures of b"
