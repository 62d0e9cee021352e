"""Conditions of paths: terms of the solver, or True and False where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.ir.operations.terms import z3


def both(left: Any, right: Any) -> Any:
    if isinstance(left, bool):
        return right if left else False
    if isinstance(right, bool):
        return left if right else False
    return z3().And(left, right)


def either(conditions: Sequence[Any]) -> Any:
    if any(each is True for each in conditions):
        return True
    terms = [each for each in conditions if each is not False]
    return z3().Or(*terms) if terms else False


def opposite(condition: Any) -> Any:
    return not condition if isinstance(condition, bool) else z3().Not(condition)
