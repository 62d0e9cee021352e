"""The words of Q48.16 fixed point: instructions over the functions of `runtime/q48`, which are proved.

What is out of range throws -11, a zero divisor -10, an operand without a real result (Q.SQRT and Q.LOG) -24.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, i64, unlikely
from cupola.language import Cell, slow
from cupola.languages.forth.data.output import BLANK, MINUS, ZERO, need_output, put, put_number
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine, data
from cupola.languages.forth.throwing.throws import division_by_zero, thrower
from cupola.runtime import q48
from cupola.runtime.q48.convert import DECIMAL_ONE, OUT_OF_RANGE, PARSED

POINT = 46

out_of_range = thrower("result_out_of_range", -11)
no_result = thrower("invalid_argument", -24)


def function(
    word: str,
    real: KernelFunction[..., Any],
    meaning: str,
    path: KernelFunction[..., Any],
    effect: str = "q1 -- q2",
) -> None:
    """Define a word that is a function of `q48`; where that fails, control goes on in `path`, which throws."""

    def unary(x: Cell) -> Cell:
        value, failed = real(x)
        if unlikely(failed):
            slow(path)
        return value

    def binary(a: Cell, b: Cell) -> Cell:
        value, failed = real(a, b)
        if unlikely(failed):
            slow(path)
        return value

    made: Any = binary if effect.startswith("q1 q2 ") else unary
    made.__qualname__ = made.__name__ = f"q_{real.__name__}"
    made.__doc__ = f"( {effect} ) {meaning}"
    forth.instruction(made, name=word, cold=True, facts=known_as(word))


function("q.+", q48.add, "exact", out_of_range, "q1 q2 -- q3")
function("q.-", q48.sub, "exact", out_of_range, "q1 q2 -- q3")
function("q.*", q48.mul, "rounded to nearest, ties to even", out_of_range, "q1 q2 -- q3")


@forth.instruction(name="q./", cold=True, facts=known_as("q./"))
def q_divide(a: Cell, b: Cell) -> Cell:
    """( q1 q2 -- q3 ) rounded to nearest, ties to even"""
    if unlikely(b == 0):
        slow(division_by_zero)
    value, failed = q48.div(a, b)
    if unlikely(failed):
        slow(out_of_range)
    return value


function("q.abs", q48.abs, "exact", out_of_range)
function("q.sqrt", q48.sqrt, "the square root, rounded down", no_result)
function("q.log", q48.ln, "the natural logarithm, rounded to nearest", no_result)
function("q.exp", q48.exp, "e to the q1, rounded to nearest", out_of_range)
function(">q", q48.from_integer, "a whole number in fixed point", out_of_range, "n -- q")


@forth.instruction(name="q.erf", cold=True, facts=known_as("q.erf"))
def q_error_function(x: Cell) -> Cell:
    """( q1 -- q2 ) the error function, rounded to nearest"""
    value, _ = q48.erf(x)
    return value


@forth.instruction(name="q>", cold=True, facts=known_as("q>"))
def from_q(x: Cell) -> Cell:
    """( q -- n ) the whole number nearest to q, ties to even"""
    return q48.round(x)


@forth.instruction(name="q.", cold=True, facts=known_as("q."))
def q_print(m: Machine, x: Cell) -> None:
    """( q -- ) Print in decimal, with five digits after the point, and a blank."""
    need_output(m)
    if x < 0:
        put(m.vm, MINUS)
    whole, digits = q48.decimal(x)
    put_number(m.vm, i64(whole))
    put(m.vm, POINT)
    unit: i64 = DECIMAL_ONE // 10
    while unit > 0:
        put(m.vm, digits // unit % 10 + ZERO)
        unit = unit // 10
    put(m.vm, BLANK)


@forth.instruction(name=">q-number", cold=True, facts=known_as(">q-number"))
def to_q_number(m: Machine, start: Cell, length: Cell) -> tuple[Cell, Cell]:
    """( c-addr u -- q true | 0 false ) a decimal text such as -1.25, rounded to nearest, ties to even; out of range it
    throws -11
    """
    check_range(m, start, length)
    number, outcome = q48.parse(data(m.vm, start), length)
    if unlikely(outcome == OUT_OF_RANGE):
        slow(out_of_range)
    return number, -1 if outcome == PARSED else 0
