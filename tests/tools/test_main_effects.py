"""The tables of a factorial: planted effects in processes, lost processes, and the journal they come from."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.journal.store import Journal
from cupola.lab.running.records import ProcessRecord
from tools.main_effects import main, report

SETTINGS = ("00", "01", "10", "11")
SLOWER = {"0": 0.0, "1": 0.2}  # what the first factor adds to the logarithm


def experiment(path: str = "") -> Experiment:
    return Experiment(
        "factorial", "?", "none", "some", "steady", "00", tuple(Arm(each, ("--tier", "switch")) for each in SETTINGS),
        (Workload("w", path),), processes=4, iterations=20,
    )  # fmt: skip


def records(lost: int = 0) -> list[ProcessRecord]:
    """Four blocks; the first factor costs 22 %, the second nothing. Of the last block `lost` processes crashed."""
    random = np.random.default_rng(3)
    made = []
    for block in (1, 2, 3, 4):
        for place, setting in enumerate(SETTINGS):
            level = math.exp(SLOWER[setting[0]] + 0.001 * random.standard_normal())
            times = tuple(level * (1 + 0.001 * each) for each in random.standard_normal(20))
            problem = "killed by signal 9" if block == 4 and place < lost else None
            made.append(
                ProcessRecord(block, setting, "w", "here", "", 1.0, 1.0, 1, 0, 0.0, problem, iterations=times)
            )
    return made


def test_effects_and_ranks_stand_in_the_tables() -> None:
    lines = report(experiment(), records()).splitlines()
    assert lines[0].startswith("4 complete blocks of 4")
    rows = {
        line.split("|")[1].strip(): line.split("|")[2].strip() for line in lines if line.startswith("| L")
    }
    assert float(rows["L1"]) == pytest.approx(math.exp(0.2), abs=0.01)
    assert float(rows["L2"]) == pytest.approx(1.0, abs=0.01)
    assert any("00 (control) | 1.0000" in line for line in lines)
    last = lines[-1].split("|")
    assert last[1].strip() == "4" and last[2].strip()[0] == "1"


def test_blocks_with_a_lost_process_are_left_out_and_that_is_said() -> None:
    assert report(experiment(), records(lost=1)).startswith("3 complete blocks of 4")


def test_records_come_from_a_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "a.fs"
    program.write_text("main\n")
    asked = experiment("a.fs")
    with Journal(tmp_path / "journal.db") as journal:
        journal.register(asked, None, "somebody", tmp_path)
        run = journal.begin(asked.name)
        for each in records():
            run.keep(each)
        run.end("complete")
    assert main([str(tmp_path / "journal.db"), "factorial"]) == 0
    assert "| L1 | 1.2" in capsys.readouterr().out


def test_wrong_usage_and_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    (tmp_path / "a.fs").write_text("main\n")
    with Journal(tmp_path / "journal.db") as journal:
        journal.register(experiment("a.fs"), None, "somebody", tmp_path)
    assert main([str(tmp_path / "journal.db"), "factorial"]) == 1
    assert "expected a complete block" in capsys.readouterr().err
