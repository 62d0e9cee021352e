"""The formula for confidences, and files of predictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.lab.experiment.confidence import LEARNED, RATES, confidence, read_registry
from cupola.lab.experiment.reading import ExperimentError, read_experiment
from cupola.lab.experiment.spec import Prediction
from cupola.lab.journal.store import Journal
from tests.lab.journal import support

PREDICTIONS = Path(__file__).resolve().parents[3] / "experiments" / "predictions"

FILE = """
[[proposals]]
name = "cache"
target = "lookups"
current = "a search of a list"
low = 1.5
high = 2.0
confidence = 0.8
basis = "a paper"
timeline = "a month"
patterns = ["precomputation", "hashing"]
years = 25
gap = 0.5
experiment = "cache"
arm = "on"
"""


def test_the_figures_of_the_formula() -> None:
    found = confidence(["precomputation", "algebraic"], years=25, gap=0.8, boost=LEARNED)
    assert found.base_rate == pytest.approx(0.19)
    assert (found.time_factor, found.gap_factor, found.boost) == (0.5, 0.8, 1.3)
    assert found.value == pytest.approx(0.19 * 0.5 * 0.8 * 1.3)
    assert str(found) == "0.099 = base rate 0.19 x time 0.5 x gap 0.8 x boost 1.3"


def test_it_is_never_certain_and_never_more() -> None:
    assert confidence(["divide-and-conquer"], years=500, gap=1).value == RATES["divide-and-conquer"]
    assert confidence(["divide-and-conquer"], years=500, gap=1, boost=9).value == 1.0
    assert confidence(["hashing"], years=0, gap=1).value == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"patterns": []}, "at least one pattern: divide-and-conquer"),
        ({"patterns": ["magic"]}, "'magic' is no pattern"),
        ({"years": -1}, "years = -1: expected 0 or more"),
        ({"years": float("nan")}, "years = nan"),
        ({"gap": 1.1}, "gap = 1.1: expected a share"),
        ({"boost": 0.5}, "boost = 0.5"),
    ],
)
def test_what_is_no_input(arguments: dict[str, object], message: str) -> None:
    usual: dict[str, object] = {"patterns": ["hashing"], "years": 1, "gap": 0.5}
    with pytest.raises(ValueError, match=message):
        confidence(**{**usual, **arguments})  # type: ignore[arg-type]  # inputs of any type


def test_a_file_of_predictions(tmp_path: Path) -> None:
    path = tmp_path / "predictions.toml"
    path.write_text(FILE, encoding="utf-8")
    (only,) = read_registry(path).proposals
    assert (only.name, only.low, only.confidence, only.timeline) == ("cache", 1.5, 0.8, "a month")
    assert only.formula == confidence(["precomputation", "hashing"], years=25, gap=0.5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "high = 2.0",
            "high = 1.0",
            r":7: proposals.0.high: expected not less than low|:7: .*not less than low",
        ),
        ('"hashing"', '"hasing"', "found 'hasing'; did you mean 'hashing'"),
        ('arm = "on"', "", "arm is missing: experiment and arm stand together"),
        ("confidence = 0.8", "confidence = 1.8", ":8: .*not more than 1"),
        ('basis = "a paper"', "", "basis is missing: why"),
    ],
)
def test_a_file_with_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "predictions.toml"
    assert old in FILE
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ExperimentError, match=message):
        read_registry(path)


def test_the_command_shows_the_factors(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["lab", "predict", "--pattern", "precomputation", "--years", "25", "--gap", "1", "--learned"])
        == 0
    )
    assert capsys.readouterr().out == "0.1 = base rate 0.16 x time 0.5 x gap 1 x boost 1.3\n"
    assert main(["lab", "predict", "--pattern", "hashing", "--gap", "2"]) == 2
    assert "gap = 2" in capsys.readouterr().err
    assert main(["lab", "predict"]) == 2
    assert "expected a FILE of predictions, or at least one --pattern" in capsys.readouterr().err


def test_the_command_holds_predictions_against_the_journal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "predictions.toml"
    path.write_text(FILE, encoding="utf-8")
    assert main(["lab", "predict", str(path)]) == 0
    assert "measured    not yet, by cache" in capsys.readouterr().out
    with Journal(tmp_path / "journal.db") as journal:
        base = support.directory(tmp_path)
        journal.register(support.experiment(predictions=(Prediction("on", 1, 2, 0.5),)), None, "", base)
        journal.begin("cache").analysis(support.analysis(ratio=1.2))
        assert main(["lab", "predict", str(path)]) == 0
        assert "measured    1.2x (1.1 to 1.3): failed\n" in capsys.readouterr().out
        journal.begin("cache").analysis(support.analysis(ratio=1.7))
    assert main(["lab", "predict", str(path)]) == 0
    found = capsys.readouterr().out
    assert "measured    1.7x (1.1 to 1.3): came true\n" in found
    assert "predicted   1.5x to 2x, confidence 80%, a month\n" in found
    assert "formula     0.026 = base rate 0.105" in found


def test_the_predictions_that_are_ours_are_in_order() -> None:
    proposals = [each for path in PREDICTIONS.glob("*.toml") for each in read_registry(path).proposals]
    names = [each.name for each in proposals]
    assert {"copy-and-patch", "multi-tier", "threaded", "hybrid"} <= set(names)
    assert len(names) == len(set(names))
    for each in proposals:
        if each.experiment:
            read_experiment(PREDICTIONS.parent / f"{each.experiment}.toml").arm(each.arm)  # it is there
