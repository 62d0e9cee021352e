"""Operand expressions in their simple form compute what the evaluator does, and holes come into the right rows."""

from __future__ import annotations

import random

import pytest

from cupola.ir.types import I64
from cupola.tiers import layout
from cupola.tiers.baseline.hole_rows import OPERAND, OTHER, PLACE, Found, hole_rows
from cupola.tiers.baseline.holes import HOLE, Expression, Expressions
from cupola.tiers.baseline.linear import MOST_SHIFT, Linear, linear
from tests.tiers.baseline.test_holes import LEAVES, Guest, hole_values

HOT = 40


def constant(value: int) -> Expression:
    return Expression("constant", "i64", "", I64.unsigned(value))


def of(operation: str, *operands: Expression) -> Expression:
    return Expression(operation, "i64", "", 0, operands)


def random_expression(choice: random.Random, depth: int) -> Expression:
    if not depth:
        return Expression("operand", "i64", choice.choice(LEAVES))
    operation = choice.choice(["add", "add", "sub", "shl", "mul"])
    number = choice.choice([3, 8, 1, 16, -5, 1 << 62]) if operation != "shl" else choice.randrange(4)
    parts = [random_expression(choice, depth - 1), constant(number)]
    if operation == "add" and choice.random() < 0.5:
        parts.reverse()
    return of(operation, *parts)


def value_of(form: Linear, guest: Guest) -> int:
    """What the compiler computes: 8 bytes that end with the operand, shifted right and left."""
    if not form.bits:
        return guest.pc + form.constant
    cells = int.from_bytes(
        guest.memory.read(guest.pc + form.offset + form.bits // 8 - 8, 8), "little", signed=True
    )
    return (cells >> (64 - form.bits) << form.shift) + form.constant


def test_the_simple_form_is_what_the_evaluator_computes() -> None:
    choice = random.Random(7)
    found = 0
    for _ in range(600):
        expression = random_expression(choice, choice.randrange(4))
        form = linear(expression)
        if form is None:
            continue
        found += 1
        assert 0 <= form.shift <= MOST_SHIFT
        guest = Guest(choice)
        expressions = Expressions()
        name = f"{HOLE}{expressions.number(expression)}"
        expected = hole_values(expressions, guest)[name]
        assert I64.unsigned(value_of(form, guest)) == I64.unsigned(expected), str(expression)
    assert found > 200


@pytest.mark.parametrize(
    "expression",
    [
        Expression("operand", "i64", "target@12-8"),
        of("mul", Expression("operand", "i64", "i32@8"), constant(3)),
        of("shl", Expression("operand", "i64", "pc@8"), constant(1)),
        of("shl", Expression("operand", "i64", "i32@8"), constant(MOST_SHIFT + 1)),
        of("add", Expression("operand", "i64", "i32@8"), Expression("operand", "i64", "i32@12")),
        Expression("and", "i32", "", 0, (Expression("operand", "i32", "i32@8"), constant(1))),
    ],
)
def test_other_expressions_have_none(expression: Expression) -> None:
    assert linear(expression) is None


FORMS = [Linear(16, 10, 3, 24), Linear(0, 0, 0, 16), None]
SHIFTS = 48 | 3


@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        ((4, layout.ABSOLUTE_32, 0, 1), (4, 4, SHIFTS, 25)),
        ((44, layout.ABSOLUTE_32, 0, 0), (44, 4, SHIFTS | 1 << layout.COLD_BIT, 24)),
    ],
)
def test_holes_of_operands(hole: Found, expected: tuple[int, ...]) -> None:
    found = hole_rows([hole], HOT, FORMS)
    assert [OPERAND.unpack(each.data) for each in found.operands] == [expected]
    assert not found.places and not found.others


@pytest.mark.parametrize(
    ("hole", "expected", "target"),
    [
        ((4, layout.ABSOLUTE_32, 1, 8), (layout.BASE_PC, 0, 24), None),
        ((4, layout.TO_VALUE, 1, -4), (layout.BASE_TO_PC, 0, 12), None),
        ((4, layout.TO_NEXT, 0, -4), (layout.BASE_HOT, 0, HOT - 4), None),
        ((44, layout.TO_HOT, 9, -4), (layout.BASE_HOT, 1, 5), None),
        ((4, layout.TO_COLD, 9, -4), (layout.BASE_COLD, 0, 5), None),
        ((44, layout.TO_BAIL, 0, -4), (layout.BASE_BAIL, 1, -4), None),
        ((4, layout.TO_SYMBOL, "error", -4), (layout.BASE_ZERO, 0, -4), "error"),
        ((4, layout.TO_SYMBOL, b"12345678", -8), (layout.BASE_ZERO, 0, -8), b"12345678"),
    ],
)
def test_holes_of_places(hole: Found, expected: tuple[int, ...], target: str | bytes | None) -> None:
    found = hole_rows([hole], HOT, FORMS)
    ((data, of_row),) = found.places
    assert PLACE.unpack(data) == (hole[0], *expected) and of_row == target
    assert not found.operands and not found.others


@pytest.mark.parametrize(
    "hole",
    [
        (4, layout.ABSOLUTE_64, 0, 0),
        (4, layout.ABSOLUTE_32, 2, 0),
        (4, layout.TO_VALUE, 0, 0),
        (4, layout.TO_GUEST, 2, -4),
        (4, layout.ABSOLUTE_32, 0, (1 << 31) - 1),
    ],
)
def test_all_others_are_left_to_the_evaluator(hole: Found) -> None:
    found = hole_rows([hole], HOT, FORMS)
    assert [OTHER.unpack(each.data) for each in found.others] == [hole]
    assert not found.operands and not found.places
