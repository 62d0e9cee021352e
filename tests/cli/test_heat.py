"""`cupola heat`, and the physics of `cupola run`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cupola.cli.heat import History, spread
from cupola.cli.heat_map import colour, level
from cupola.cli.main import main

PROGRAM = (
    ': square dup * ;\n: work 200 0 do i square drop loop ;\n: main 2000 0 do work loop ;\nmain ." done" cr\n'
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "warm<er>.fs"
    path.write_text(PROGRAM)
    return path


def test_heat_draws_rows_and_an_svg(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    drawing, table, heats = tmp_path / "heat.svg", tmp_path / "ticks.csv", tmp_path / "heats.csv"
    options = ["--words", "5", "--svg", str(drawing), "--csv", str(table), "--heats", str(heats)]
    assert main(["heat", *options, str(program)]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert "how often words ran" in lines[0]
    assert len(lines) == 6
    assert all(len(line) <= 100 for line in lines)
    assert {line.split()[0] for line in lines[1:]} >= {"dup", "*", "square"}
    assert "400,000" in said.out
    assert "done" in said.err
    root = ElementTree.parse(drawing).getroot()
    assert root.tag.endswith("svg")
    assert any("warm<er>.fs" in (each.text or "") for each in root.iter())
    assert table.read_text().startswith("tick,clock,heat")
    with heats.open(newline="") as file:
        rows = {each["word"]: each for each in csv.DictReader(file)}
    assert rows["square"]["executions"] == "400000" and rows["square"]["threshold"] == "50"
    assert int(rows["square"]["heat"]) > 50


def test_heat_says_what_is_wrong(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["heat", "--physics", "off", str(program)]) == 2
    assert main(["heat", "--physics", "warm", str(program)]) == 2
    assert main(["heat", "--words", "0", str(program)]) == 2
    assert "expected one of off, starforth-paper, starforth-head" in capsys.readouterr().err


def test_run_tells_the_statistics_of_the_physics(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "--physics", "starforth-paper", "--physics-set", "lookup_heat=0", "--stats=json"]
    assert main([*arguments, "-e", ": sq dup * ; : w 100 0 do i sq drop loop ; w"]) == 0
    physics = json.loads(capsys.readouterr().err)["physics"]
    assert physics["preset"] == "starforth-paper"
    assert physics["hottest"]["sq"] == 100
    assert main(["run", "--physics", "starforth-paper", "--stats", "-e", "1 drop"]) == 0
    assert "counting by: blocks" in capsys.readouterr().err


def test_run_refuses_knobs_that_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--physics-set", "treshold=1", "-e", "1 drop"]) == 2
    assert "did you mean 'threshold'?" in capsys.readouterr().err


def test_amounts_are_shared_out_over_columns() -> None:
    row = [0.0] * 4
    spread(row, 0.5, 2.5, 20)
    assert row == [5.0, 10.0, 5.0, 0.0]
    spread(row, 4.0, 4.0, 1)
    assert row[3] == 1.0
    history = History()
    history.add(50, {1: 10, 2: 1})
    history.add(100, {1: 40, 2: 1})
    assert history.hottest(1) == [1]
    assert history.columns([1], 2) == [[10.0, 30.0]]


def test_many_samples_are_thinned_out() -> None:
    history = History()
    for step in range(1, 6000):
        history.add(step, {1: step})
    assert len(history.samples) <= 4097 and history.every >= 2
    assert sum(history.columns([1], 10)[0]) == pytest.approx(history.samples[-1][1][1])


def test_colours_go_from_dark_to_light() -> None:
    shades = [sum(colour(step / 10)) for step in range(11)]
    assert shades == sorted(shades)
    assert level(0, 5) == 0 and level(5, 5) == 1 and 0 < level(1, 5) < 1
