"""The conformance suite on every engine."""

from __future__ import annotations

import pytest

from tests.languages.forth.engines import ENGINES, Engine, make_vm, run
from tests.languages.forth.suite_files import SUITE, SuiteFile


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("file", SUITE, ids=str)
def test_suite(file: SuiteFile, engine: Engine) -> None:
    with file.open_input() as keyboard:
        outcome = run(make_vm(engine, keyboard), f's" {file.path}" included')
    assert outcome.code is None, outcome
    file.check(outcome.output)
