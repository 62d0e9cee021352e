"""The conformance suite: what the reference prints."""

from __future__ import annotations

import pytest

from tests.languages.lua.suite_files import SUITE, SuiteFile, by_reference, reference_missing

MOST_LINES = 120


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
