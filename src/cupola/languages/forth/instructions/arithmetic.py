"""Arithmetic and bits. Division floors, as Forth-2012 allows and gforth does."""

from __future__ import annotations

from cupola.kernel import i64, multiply_high, u64, unlikely
from cupola.language import Cell, Count, slow
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions.stack import word
from cupola.languages.forth.throwing.throws import division_by_zero


@forth.instruction(name="+", facts=word("+"))
def plus(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 )"""
    return a + b


@forth.instruction(name="-", facts=word("-"))
def minus(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 )"""
    return a - b


@forth.instruction(name="*", facts=word("*"))
def times(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 )"""
    return a * b


@forth.instruction(name="/", facts=word("/"))
def divide(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 ) floored"""
    if unlikely(b == 0):
        slow(division_by_zero)
    if unlikely(b == -1):
        return -a
    return a // b


@forth.instruction(name="mod", facts=word("mod"))
def modulo(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 ) the remainder of floored division; it has the sign of the divisor"""
    if unlikely(b == 0):
        slow(division_by_zero)
    if unlikely(b == -1):
        return 0
    return a % b


@forth.instruction(name="/mod", facts=word("/mod"))
def divide_modulo(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """( n1 n2 -- remainder quotient ) floored"""
    if unlikely(b == 0):
        slow(division_by_zero)
    if unlikely(b == -1):
        return 0, -a
    return a % b, a // b


@forth.instruction(name="1+", facts=word("1+"))
def one_plus(n: Cell) -> Cell:
    """( n1 -- n2 )"""
    return n + 1


@forth.instruction(name="1-", facts=word("1-"))
def one_minus(n: Cell) -> Cell:
    """( n1 -- n2 )"""
    return n - 1


@forth.instruction(name="2*", facts=word("2*"))
def two_times(n: Cell) -> Cell:
    """( x1 -- x2 )"""
    return n << 1


@forth.instruction(name="2/", facts=word("2/"))
def two_divide(n: Cell) -> Cell:
    """( n1 -- n2 ) the sign stays"""
    return n >> 1


@forth.instruction(name="cells", facts=word("cells"))
def cells(n: Cell) -> Cell:
    """( n1 -- n2 )"""
    return n << 3


@forth.instruction(name="cell+", facts=word("cell+"))
def cell_plus(n: Cell) -> Cell:
    """( a-addr1 -- a-addr2 )"""
    return n + 8


@forth.instruction(name="aligned", facts=word("aligned"))
def aligned(n: Cell) -> Cell:
    """( addr -- a-addr )"""
    return (n + 7) & -8


@forth.instruction(name="negate", facts=word("negate"))
def negate(n: Cell) -> Cell:
    """( n1 -- n2 )"""
    return -n


@forth.instruction(name="invert", facts=word("invert"))
def invert(n: Cell) -> Cell:
    """( x1 -- x2 )"""
    return ~n


@forth.instruction(name="abs", facts=word("abs"))
def absolute(n: Cell) -> Cell:
    """( n -- u )"""
    return abs(n)


@forth.instruction(name="min", facts=word("min"))
def minimum(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 )"""
    return min(a, b)


@forth.instruction(name="max", facts=word("max"))
def maximum(a: Cell, b: Cell) -> Cell:
    """( n1 n2 -- n3 )"""
    return max(a, b)


@forth.instruction(name="and", facts=word("and"))
def bit_and(a: Cell, b: Cell) -> Cell:
    """( x1 x2 -- x3 )"""
    return a & b


@forth.instruction(name="or", facts=word("or"))
def bit_or(a: Cell, b: Cell) -> Cell:
    """( x1 x2 -- x3 )"""
    return a | b


@forth.instruction(name="xor", facts=word("xor"))
def bit_xor(a: Cell, b: Cell) -> Cell:
    """( x1 x2 -- x3 )"""
    return a ^ b


@forth.instruction(name="lshift", facts=word("lshift"))
def lshift(n: Cell, count: Cell) -> Cell:
    """( x1 u -- x2 ) zero if all bits are shifted out"""
    return n << count if u64(count) < u64(64) else 0


@forth.instruction(name="rshift", facts=word("rshift"))
def rshift(n: Cell, count: Cell) -> Cell:
    """( x1 u -- x2 ) fills with zeros; zero if all bits are shifted out"""
    return i64(u64(n) >> u64(count)) if u64(count) < u64(64) else 0


@forth.instruction(name="lshift by")
def lshift_by(n: Cell, count: Count) -> Cell:
    """( x1 -- x2 ) shifted left by a constant"""
    return n << count


@forth.instruction(name="rshift by")
def rshift_by(n: Cell, count: Count) -> Cell:
    """( x1 -- x2 ) shifted right by a constant, filling with zeros"""
    return i64(u64(n) >> u64(count))


@forth.instruction(name="um*", facts=word("um*"))
def um_times(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """( u1 u2 -- ud )"""
    return a * b, i64(multiply_high(u64(a), u64(b)))


@forth.instruction(name="m*", facts=word("m*"))
def m_times(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """( n1 n2 -- d )"""
    return a * b, multiply_high(a, b)
