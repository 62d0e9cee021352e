"""Random programs: a few new ones, and all that once failed. More: `python -m tests.languages.forth.fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.lab.generate.forth import program
from tests.languages.forth.engines import Engine
from tests.languages.forth.fuzz import CORPUS, Worker, disagreement, run_lines, shrink

SEEDS = range(40)


def test_random_programs_do_the_same_on_every_engine() -> None:
    worker = Worker()
    try:
        problems = {seed: worker.check(program(seed)) for seed in SEEDS}
    finally:
        worker.close()
    assert {seed: problem for seed, problem in problems.items() if problem is not None} == {}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.fs")), ids=lambda path: path.stem)
def test_programs_that_once_failed(path: Path) -> None:
    worker = Worker()
    try:
        assert worker.check(path.read_text(encoding="utf-8").splitlines()) is None
    finally:
        worker.close()


def test_most_lines_of_well_formed_programs_run_to_their_end() -> None:
    """The generator would be worth little if everything failed at once."""
    ends = [each.end for seed in (0, 1, 4, 5, 8, 9) for each in run_lines(program(seed), Engine("threaded"))]
    assert sum(end is None for end in ends) > len(ends) / 2


def test_a_program_is_the_same_for_the_same_seed() -> None:
    assert [program(seed) for seed in range(8)] == [program(seed) for seed in range(8)]


def test_a_worker_that_dies_is_noticed_and_started_again() -> None:
    worker = Worker()
    try:
        assert worker.check(["1 ."]) is None
        first = worker.process
        first.kill()
        first.wait()
        assert worker.check(["2 ."]) is None
        assert worker.process is not first
    finally:
        worker.close()


def test_failures_are_made_smaller() -> None:
    lines = ["1 2 3", "4 bad 5", "6"]
    assert shrink(lines, lambda smaller: any("bad" in line for line in smaller)) == ["bad"]


def test_engines_agree_about_a_program_that_throws() -> None:
    assert disagreement([": f  1 0 / ;", "f", "5 ' f catch ."]) is None
