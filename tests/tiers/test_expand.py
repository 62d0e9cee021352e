"""Instructions put together: the text cases in expand/, and what cannot be put together."""

from __future__ import annotations

import pytest

from cupola.ir.core import Module
from cupola.ir.parser import parse_module
from tests.tiers.expand_cases import FOLDER, Case, read, run

CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read(path)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    assert run(case) == case.expected


def test_there_are_cases_of_both_kinds() -> None:
    assert {case.kind for case in CASES} == {"threaded", "stencil"} and len(CASES) > 15


def test_what_is_expected_is_ir() -> None:
    for case in CASES:
        assert isinstance(parse_module(f'module "text"\n{case.expected}'), Module)


def test_what_may_jump_can_only_come_last() -> None:
    with pytest.raises(TypeError, match="skip may jump: it can only come last in a superinstruction"):
        run(Case("threaded", 1, ["skip", "one"], ""))
