"""Scores of predictions, against figures computed by hand and against scipy."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.lab.experiment.spec import Prediction
from cupola.lab.journal.calibration import MOST_EXACT, as_bad, brier, calibrate, wilson
from cupola.lab.journal.store import Journal
from cupola.lab.statistics.results import Analysis, Verdict
from tests.lab.journal import support


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db") as made:
        yield made


def fill(journal: Journal, predictions: Mapping[str, Prediction], results: Mapping[str, Analysis]) -> None:
    """Register experiments with a prediction each, and note their results."""
    base = support.directory(journal.path.parent)
    for name, prediction in predictions.items():
        journal.register(support.experiment(name, (prediction,)), None, "", base)
        result = results.get(name)
        if result is not None:
            journal.begin(name).analysis(result)


def test_figures_by_hand(journal: Journal) -> None:
    predictions = {
        "a": Prediction("on", 1.1, 1.5, 0.9),  # hit
        "b": Prediction("on", 1.5, 2.0, 0.7),  # miss
        "c": Prediction("on", 1.0, 1.3, 0.6),  # hit
        "d": Prediction("on", 1.0, 1.3, 0.5),  # no result
    }
    results = {name: support.analysis(name, 1.2, (1.15, 1.25)) for name in "abc"}
    fill(journal, predictions, results)
    found = calibrate(journal.entries())
    assert (found.count, found.hits) == (3, 2)
    assert found.brier == pytest.approx((0.1**2 + 0.7**2 + 0.4**2) / 3)
    assert found.brier_expected == pytest.approx((0.09 + 0.21 + 0.24) / 3)
    assert found.stated == pytest.approx(2.2 / 3)
    assert found.coverage == pytest.approx(2 / 3)
    assert [(each.low, each.count, each.hits) for each in found.bins] == [(0.6, 2, 1), (0.8, 1, 1)]
    assert found.bins[0].stated == pytest.approx(0.65)
    # As bad or worse: b fails (alone, or with others), or a fails: 1 - P(a and b come true) = 1 - 0.63.
    assert found.p == pytest.approx(1 - 0.63)
    last = found.predictions[-1]
    assert (last.experiment, last.measured, last.hit, last.why) == ("d", None, None, "no result yet")


def test_a_hit_near_the_edge_is_doubtful(journal: Journal) -> None:
    predictions = {"a": Prediction("on", 1.1, 1.5, 0.9), "b": Prediction("on", 1.1, 1.5, 0.9)}
    results = {"a": support.analysis("a", 1.2, (1.05, 1.3)), "b": support.analysis("b", 1.2, (1.15, 1.3))}
    fill(journal, predictions, results)
    found = calibrate(journal.entries())
    assert [(each.hit, each.doubtful) for each in found.predictions] == [(True, True), (True, False)]


def test_exploratory_results_are_not_scored(journal: Journal, tmp_path: Path) -> None:
    fill(journal, {"a": Prediction("on", 1.1, 1.5, 0.9)}, {})
    amended = replace(support.experiment("a", (Prediction("on", 3.0, 4.0, 1.0),)))
    journal.amend(amended, "now I know", None, "", tmp_path)
    journal.begin("a").analysis(support.analysis("a", 3.5, (3.4, 3.6)))
    (only,) = calibrate(journal.entries()).predictions
    assert only.prediction.low == 1.1, "what was registered, not what was amended"
    assert (only.hit, only.why) == (None, "all results are exploratory: it was amended")


def test_the_last_result_before_an_amendment_counts(journal: Journal, tmp_path: Path) -> None:
    fill(journal, {"a": Prediction("on", 1.1, 1.5, 0.9)}, {"a": support.analysis("a", 1.0)})
    journal.begin("a").analysis(support.analysis("a", 1.2))
    journal.amend(replace(support.experiment("a"), alpha=0.01), "stricter", None, "", tmp_path)
    journal.begin("a").analysis(support.analysis("a", 9.0))
    (only,) = calibrate(journal.entries()).predictions
    assert only.measured == 1.2


def test_an_invalid_result_is_not_scored(journal: Journal) -> None:
    invalid = Verdict("invalid", 12, "outputs differ")
    result = Analysis("a", (), (), None, (), invalid)
    fill(journal, {"a": Prediction("on", 1.1, 1.5, 0.9)}, {"a": result})
    found = calibrate(journal.entries())
    assert found.predictions[0].why == "nothing was measured: invalid"
    assert (found.count, found.brier, found.coverage, found.p, found.bins) == (0, None, None, None, ())


def test_wilson_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for hits, count in ((0, 1), (0, 2), (3, 7), (7, 7), (55, 100)):
        expected = stats.binomtest(hits, count).proportion_ci(method="wilson")
        found = wilson(hits, count)
        assert [found.low, found.high] == pytest.approx([expected.low, expected.high])


def test_how_often_it_would_be_as_bad() -> None:
    assert as_bad([0.7], brier([(0.7, True)])) == pytest.approx(1.0)
    assert as_bad([0.7], brier([(0.7, False)])) == pytest.approx(0.3)
    assert as_bad([0.5] * 3, 0.25) == pytest.approx(1.0), "saying 0.5 always scores the same, whatever comes"
    stated = [0.55 + 0.03 * each for each in range(MOST_EXACT)]
    exact = as_bad(stated, 0.25)
    drawn = as_bad([*stated, 1.0], 0.25 * MOST_EXACT / (MOST_EXACT + 1))  # one more, that costs nothing
    assert drawn == pytest.approx(exact, abs=4 * math.sqrt(0.25 / 20_000))


def test_honest_confidences_are_not_spoken_against() -> None:
    chance, small = random.Random(3), 0
    for _ in range(200):
        stated = [chance.choice((0.6, 0.75, 0.9)) for _ in range(6)]
        outcomes = [(p, chance.random() < p) for p in stated]
        small += as_bad(stated, brier(outcomes)) < 0.05
    assert small <= 20  # 5 % are expected, fewer since outcomes are few
