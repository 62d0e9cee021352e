"""`cupola lab simulate`: the table of what a plan would find."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli.lab import run_line
from cupola.lab.experiment.template import template


def row(text: str, ratio: str) -> list[float]:
    (line,) = [each for each in text.splitlines() if each.split()[:1] == [ratio]]
    return [float(each.removesuffix("%")) for each in line.split()[1:]]


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "--noise",
        "2",
        "--processes",
        "20",
        "--ratio",
        "1",
        "--ratio",
        "1.05x",
        "--repetitions",
        "2000",
    ]
    assert run_line(["simulate", *arguments]) == 0
    printed = capsys.readouterr().out
    accepted, conditional, rejected, covered, different = row(printed, "1.05")
    assert accepted + conditional + rejected == pytest.approx(100, abs=0.2)
    assert accepted > 98
    assert row(printed, "1")[0] < 0.5
    assert 93 <= covered <= 97
    assert different > 99
    run_line(["simulate", *arguments])
    assert capsys.readouterr().out == printed


def test_all_cpus_find_what_one_finds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["simulate", "--repetitions", "300"]
    run_line(arguments)
    alone = capsys.readouterr().out
    monkeypatch.setattr("cupola.lab.commands.simulate.PAYS", 1)
    run_line(arguments)
    assert capsys.readouterr().out == alone


def test_the_plan_of_an_experiment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cache.toml"
    file.write_text(template("cache"), encoding="utf-8")
    (tmp_path / "cache.fs").write_text("1 .", encoding="utf-8")
    assert run_line(["simulate", str(file), "--repetitions", "100", "--processes", "7"]) == 0
    assert "7 processes of each arm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--noise", "much"], "expected a number, found 'much'"),
        (["--noise", "-3"], "expected a percentage from 0 to below 100, found '-3'"),
        (["--ratio", "0"], "expected a ratio above 0 such as 1.05, found '0'"),
        (["--processes", "1"], "expected a whole number from 2 on, found '1'"),
    ],
)
def test_bad_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as found:
        run_line(["simulate", *arguments])
    assert found.value.code == 2
    assert message in capsys.readouterr().err
