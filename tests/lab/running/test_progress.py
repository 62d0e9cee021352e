"""How far a run is, and how long it still takes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cupola.lab.running.blocks import Step, plan
from cupola.lab.running.progress import Bar, Left, Lines, duration
from cupola.lab.running.records import ProcessRecord
from tests.lab.running.experiments import experiment


def record(step: Step, wall: float, problem: str | None = None) -> ProcessRecord:
    return ProcessRecord(*step.key, "m", "2026-01-01", wall, wall, 1, 0, 0.0, problem)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7.6, "0:08"), (754, "12:34"), (59.7, "1:00"), (3723, "1:02:03")]
)
def test_a_time_reads_as_on_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_time_left_is_made_of_the_medians_of_each_pair(tmp_path: Path) -> None:
    steps = plan(experiment(tmp_path, "", processes=4))
    left = Left(steps)
    assert str(left) == "time left unknown"
    times = {"a": [10.0, 11.0, 500.0], "b": [1.0, 1.0, 1.0]}
    seen: dict[str, int] = {"a": 0, "b": 0}
    for step in steps[:6]:
        name = step.arm.name
        left.saw(record(step, times[name][seen[name]]))
        seen[name] += 1
        if sum(seen.values()) == 1:
            assert not left.sure
    assert left.sure
    assert left.seconds == 11.0 + 1.0
    assert str(left) == "0:12 left"


def test_what_ran_before_an_interruption_counts_in_the_time_left(tmp_path: Path) -> None:
    steps = plan(experiment(tmp_path, "", processes=2))
    left = Left(steps[2:], [record(each, 60.0) for each in steps[:2]])
    assert left.seconds == 120.0


def test_without_a_terminal_there_is_a_line_for_each_block_and_each_problem(tmp_path: Path) -> None:
    steps = plan(experiment(tmp_path, "", processes=2))
    stream = io.StringIO()
    with Lines(stream) as progress:
        progress.begin(steps, [])
        for number, step in enumerate(steps):
            progress.saw(record(step, 5.0, "killed by signal 9" if number == 2 else None))
    first, wrong, last = stream.getvalue().splitlines()
    assert first == "[2/4] block 1 done, 0:10 left"
    assert wrong == f"block 2: {steps[2].arm.name} on work: killed by signal 9"
    assert last == "[4/4] block 2 done, 0:00 left"


def test_a_bar_goes_through_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = plan(experiment(tmp_path, "", processes=1))
    with Bar() as progress:
        for stage in ("first", "second"):
            progress.stage(stage)
            progress.begin(steps, [])
            for step in steps:
                progress.saw(record(step, 1.0, "killed by signal 9" if step.arm.name == "b" else None))
    text = capsys.readouterr().err
    assert "first" in text
    assert "second" in text
    assert text.count("block 1: b on work: killed by signal 9") == 2
