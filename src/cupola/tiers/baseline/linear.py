"""Operand expressions of the simplest forms, which the compiler computes by itself, without a call or a branch.

These are an operand times a power of two, plus a constant; and the address of a guest instruction, plus a constant.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.ir.types import BY_NAME, I64
from cupola.tiers.baseline.holes import Expression

MOST_SHIFT = 7


class Linear(NamedTuple):
    """`(operand << shift) + constant`: the operand has `bits` bits and lies `offset` bytes from the instruction. With
    0 bits it is the address of the instruction itself, which is not shifted."""

    bits: int
    offset: int
    shift: int
    constant: int


def linear(expression: Expression) -> Linear | None:
    """An expression in this form, if it has it."""
    if expression.type not in ("i64", "ptr"):
        return None
    if expression.operation == "operand":
        return _leaf(expression.symbol)
    if expression.operation in ("address", "pointer"):
        return linear(expression.operands[0])
    if len(expression.operands) != 2:
        return None
    left, right = expression.operands
    if expression.operation in ("add", "ptr_add") and left.operation == "constant":
        left, right = right, left
    found = linear(left)
    if found is None or right.operation != "constant":
        return None
    constant = BY_NAME[right.type].signed(right.value)
    if expression.operation in ("add", "ptr_add"):
        return _plus(found, constant)
    if expression.operation == "sub":
        return _plus(found, -constant)
    if expression.operation == "shl":
        return _shifted(found, constant)
    if expression.operation == "mul" and constant > 0 and constant.bit_count() == 1:
        return _shifted(found, constant.bit_length() - 1)
    return None


def _leaf(symbol: str) -> Linear | None:
    """The form of an operand by its symbol, see `endings.StencilEnding`."""
    kind, _, place = symbol.partition("<")[0].partition("@")
    if kind == "pc":
        return Linear(0, 0, 0, int(place))
    if kind not in ("i8", "i16", "i32", "i64"):
        return None
    return Linear(BY_NAME[kind].bits, int(place), 0, 0)


def _plus(found: Linear, constant: int) -> Linear:
    return found._replace(constant=I64.signed(found.constant + constant & I64.mask))


def _shifted(found: Linear, shift: int) -> Linear | None:
    if not found.bits or not 0 <= found.shift + shift <= MOST_SHIFT:
        return None
    moved = found._replace(shift=found.shift + shift, constant=0)
    return _plus(moved, found.constant << shift)
