"""The native functions of the libraries give what lua5.4 gave."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from cupola.languages.lua.library.failures import FAILURES, FIRST
from tests.languages.lua.library.record import HERE, recorded
from tests.languages.lua.library.support import Failed, Machine


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same: of one type, and NaN is NaN."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and (math.isnan(a) or a == 0):
        return math.isnan(b) if math.isnan(a) else b == 0 and math.copysign(1, a) == math.copysign(1, b)
    return bool(a == b)


def placed(machine: Machine) -> str:
    """The sign of a position, if the last failure's text has one."""
    return "@" if FAILURES[machine.get(machine.places["failure"]) - FIRST].placed else ""


@pytest.mark.parametrize("file", sorted(HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_recorded(file: Path) -> None:
    machine = Machine()
    wrong = []
    for each in recorded(file):
        try:
            found: Any = machine.call(each.function, *each.arguments)
            right = not each.message and same(found, each.results)
        except Failed as error:
            found = placed(machine) + str(error)
            right = found == each.message
        if not right:
            wrong.append(f"{each.text}: {found}, not {each.message or each.results}")
    assert not wrong, "\n".join(wrong)
