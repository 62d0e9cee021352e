"""What rules compute and ask: functions of the two numbers of a pattern, named as in the text of the rules.

A condition also gets the number that the rule computes. They are kernel functions: the compiler runs them, and the
proofs read them.
"""

from __future__ import annotations

from cupola.kernel import KernelFunction, count_trailing_zeros, i64, inline, u64

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

LIT_LIMIT = 1 << 30  # above the numbers that `lit` can push


@inline
def fits(value: i64) -> bool:
    """Whether `lit` can push the value: machine code for such numbers is the shortest."""
    return 0 <= value and value < LIT_LIMIT


@inline
def nothing(a: i64, b: i64) -> i64:
    return 0


@inline
def total(a: i64, b: i64) -> i64:
    return a + b


@inline
def difference(a: i64, b: i64) -> i64:
    return a - b


@inline
def difference_back(a: i64, b: i64) -> i64:
    return b - a


@inline
def product(a: i64, b: i64) -> i64:
    return a * b


@inline
def bits_of_both(a: i64, b: i64) -> i64:
    return a & b


@inline
def bits_of_any(a: i64, b: i64) -> i64:
    return a | b


@inline
def bits_of_one(a: i64, b: i64) -> i64:
    return a ^ b


@inline
def negated(a: i64, b: i64) -> i64:
    return -a


@inline
def inverted(a: i64, b: i64) -> i64:
    return ~a


@inline
def logarithm(a: i64, b: i64) -> i64:
    return count_trailing_zeros(a)


def constant(number: int) -> KernelFunction[Any, Any]:
    """The same number whatever the pattern has."""

    @inline
    def value(a: i64, b: i64) -> i64:
        return number

    return value


def plus(number: int) -> KernelFunction[Any, Any]:
    """`a` and a number more."""

    @inline
    def value(a: i64, b: i64) -> i64:
        return a + number

    return value


def times(number: int) -> KernelFunction[Any, Any]:
    """A multiple of `a`."""

    @inline
    def value(a: i64, b: i64) -> i64:
        return a * number

    return value


VALUES: dict[str, KernelFunction[Any, Any]] = {
    "": nothing,
    "a+b": total,
    "a-b": difference,
    "b-a": difference_back,
    "a*b": product,
    "a&b": bits_of_both,
    "a|b": bits_of_any,
    "a^b": bits_of_one,
    "-a": negated,
    "~a": inverted,
    "log2": logarithm,
    "0": constant(0),
    "2": constant(2),
    "4": constant(4),
    "16": constant(16),
    "a+1": plus(1),
    "a-1": plus(-1),
    "a+3": plus(3),
    "a+8": plus(8),
    "2*a": times(2),
    "8*a": times(8),
}


@inline
def always(a: i64, value: i64) -> bool:
    return True


@inline
def value_fits(a: i64, value: i64) -> bool:
    return fits(value)


@inline
def negative_fits(a: i64, value: i64) -> bool:
    return a < 0 and fits(value)


@inline
def below_64(a: i64, value: i64) -> bool:
    return u64(value) < u64(64)


@inline
def is_power(a: i64, value: i64) -> bool:
    return a > 0 and a & (a - 1) == 0


def equals(number: int) -> KernelFunction[Any, Any]:
    """Whether `a` is that number."""

    @inline
    def condition(a: i64, value: i64) -> bool:
        return a == number

    return condition


CONDITIONS: dict[str, KernelFunction[Any, Any]] = {
    "": always,
    "fits": value_fits,
    "a<0, fits": negative_fits,
    "below 64": below_64,
    "a=2^n": is_power,
    "a=0": equals(0),
    "a=1": equals(1),
    "a=-1": equals(-1),
    "a=2": equals(2),
    "a=4": equals(4),
}
