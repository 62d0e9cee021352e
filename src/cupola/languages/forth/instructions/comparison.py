"""Comparisons: a flag is -1 for true, 0 for false."""

from __future__ import annotations

from cupola.kernel import i64, u64
from cupola.language import Cell
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions.stack import word


@forth.instruction(name="=", facts=word("="))
def equal(a: Cell, b: Cell) -> Cell:
    """( x1 x2 -- flag )"""
    return -i64(a == b)


@forth.instruction(name="<>", facts=word("<>"))
def not_equal(a: Cell, b: Cell) -> Cell:
    """( x1 x2 -- flag )"""
    return -i64(a != b)


@forth.instruction(name="<", facts=word("<"))
def less(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- flag )"""
    return -i64(a < b)


@forth.instruction(name=">", facts=word(">"))
def greater(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- flag )"""
    return -i64(a > b)


@forth.instruction(name="<=", facts=word("<="))
def less_equal(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- flag )"""
    return -i64(a <= b)


@forth.instruction(name=">=", facts=word(">="))
def greater_equal(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- flag )"""
    return -i64(a >= b)


@forth.instruction(name="u<", facts=word("u<"))
def u_less(a: Cell, b: Cell) -> Cell:
    """( u1 u2 -- flag )"""
    return -i64(u64(a) < u64(b))


@forth.instruction(name="u>", facts=word("u>"))
def u_greater(a: Cell, b: Cell) -> Cell:
    """( u1 u2 -- flag )"""
    return -i64(u64(a) > u64(b))


@forth.instruction(name="0=", facts=word("0="))
def zero_equal(n: Cell) -> Cell:
    """( x -- flag )"""
    return -i64(n == 0)


@forth.instruction(name="0<>", facts=word("0<>"))
def zero_not_equal(n: Cell) -> Cell:
    """( x -- flag )"""
    return -i64(n != 0)


@forth.instruction(name="0<", facts=word("0<"))
def zero_less(n: Cell) -> Cell:
    """( n -- flag )"""
    return -i64(n < 0)


@forth.instruction(name="0>", facts=word("0>"))
def zero_greater(n: Cell) -> Cell:
    """( n -- flag )"""
    return -i64(n > 0)


@forth.instruction(name="within", facts=word("within"))
def within(n: Cell, low: Cell, high: Cell) -> Cell:
    """( x low high -- flag ) whether low <= x < high, going round where high is below low"""
    return -i64(u64(n - low) < u64(high - low))
