"""Operators whose operands are numerals: computed at once, where Lua's rules say what comes out everywhere.

Nothing is folded that fails, and no result that is not a number or a zero with a fraction: its sign, and what a
message says of it, belong to the program when it runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from cupola.languages.lua.front.numerals import wrap

Number = int | float


def whole(number: Number) -> int | None:
    """Return the integer that a number is, None if it is none."""
    if type(number) is int:
        return number
    if -(2.0**63) <= number < 2.0**63 and number == math.floor(number):
        return int(number)
    return None


def divide(a: float, b: float) -> float:
    return a / b


def modulo(a: float, b: float) -> float:
    """The remainder has the sign of `b`."""
    if math.isinf(a):
        return math.nan
    rest = math.fmod(a, b)
    return rest + b if rest * b < 0 else rest


def floor_divide(a: float, b: float) -> float:
    quotient = a / b
    return (
        quotient
        if quotient == 0 or math.isinf(quotient) or math.isnan(quotient)
        else float(math.floor(quotient))
    )


def power(a: float, b: float) -> float:
    """What C's pow returns, except that no number stands for what has no single answer here."""
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return math.nan


def shift(number: int, left: int) -> int:
    """Shift to the left, or to the right by a negative number; zeros come in."""
    number &= (1 << 64) - 1
    if left <= -64 or left >= 64:
        return 0
    return wrap(number << left if left >= 0 else number >> -left)


INTEGERS: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: wrap(a + b),
    "sub": lambda a, b: wrap(a - b),
    "mul": lambda a, b: wrap(a * b),
    "mod": lambda a, b: a % b,
    "idiv": lambda a, b: wrap(a // b),
}
FLOATS: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "mod": modulo,
    "idiv": floor_divide,
    "div": divide,
    "pow": power,
}
BITS: dict[str, Callable[[int, int], int]] = {
    "band": lambda a, b: a & b,
    "bor": lambda a, b: a | b,
    "bxor": lambda a, b: a ^ b,
    "shl": lambda a, b: shift(a, b),
    "shr": lambda a, b: shift(a, -b),
}
DIVISIONS = frozenset({"div", "mod", "idiv"})


def fold(operator: str, a: Number, b: Number) -> Number | None:
    """Return the result of an operator on two numerals, None if the program has to compute it."""
    if operator in BITS:
        first, second = whole(a), whole(b)
        return None if first is None or second is None else BITS[operator](first, second)
    if b == 0 and operator in DIVISIONS:
        return None
    if operator in INTEGERS and type(a) is int and type(b) is int:
        return INTEGERS[operator](a, b)
    result = FLOATS[operator](float(a), float(b))
    return None if result == 0 or math.isnan(result) else result


def fold_unary(operator: str, a: Number) -> Number | None:
    """Return the result of an operator on one numeral, None if the program has to compute it."""
    if operator == "unm":
        if type(a) is int:
            return wrap(-a)
        return None if a == 0 or math.isnan(a) else -a
    if operator == "bnot":
        number = whole(a)
        return None if number is None else ~number
    return None
