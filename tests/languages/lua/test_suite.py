"""The conformance suite: what the reference prints, and that every engine prints the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.languages.lua.engines import ENGINES, Engine, Worker
from tests.languages.lua.suite_files import SUITE, SuiteFile, by_reference, reference_missing

MOST_LINES = 120
WORKERS: dict[Engine, Worker] = {}


@cache
def worker(engine: Engine) -> Worker:
    """The process of an engine."""
    return WORKERS.setdefault(engine, Worker(engine))


@pytest.fixture(scope="module", autouse=True)
def no_processes_stay() -> Iterator[None]:
    yield
    for each in WORKERS.values():
        each.close()


@pytest.mark.parametrize("file", SUITE, ids=str)
def test_programs_are_short_and_say_what_they_are_about(file: SuiteFile) -> None:
    lines = file.path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[0].startswith(("-- ", "#!"))


@pytest.mark.parametrize("file", SUITE, ids=str)
def test_the_reference_agrees(file: SuiteFile) -> None:
    if reason := reference_missing():
        pytest.skip(reason)
    assert by_reference(file.path) == file.expected


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("file", SUITE, ids=str)
def test_engines_agree(file: SuiteFile, engine: Engine) -> None:
    outcome = worker(engine).run(file.path)
    assert (outcome.output, outcome.error) == (file.expected, None)
