"""Arithmetic and order of values, for languages whose integers have 48 bits and become floats where they do not fit.

Each function tells whether both values were numbers; nothing else was done if they were not. (Lua has its own: its
integers have 64 bits, and wrap.)
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, f64, floor, i64, inline, kernel, mul_overflow, slow
from cupola.runtime.numbers.kinds import is_number, real
from cupola.runtime.values import (
    NIL,
    both_integers,
    double,
    fits,
    from_double,
    integer,
    is_double,
    payload,
)

# floor_div and floor_mod round down; div is always a float.
OPERATIONS = ("add", "sub", "mul", "div", "floor_div", "floor_mod")


def operation(name: str) -> KernelFunction[Any, Any]:
    """The function of one of OPERATIONS: from two values to their result, and whether both are numbers."""

    @inline
    def of_floats(x: f64, y: f64) -> i64:
        result = x + y
        if name == "sub":
            result = x - y
        if name == "mul":
            result = x * y
        if name == "div":
            result = x / y
        if name == "floor_div":
            result = floor(x / y)
        if name == "floor_mod":
            result = x - floor(x / y) * y
        return from_double(result)

    @inline
    def of_integers(x: i64, y: i64) -> tuple[i64, bool]:
        """The result, and whether it is an integer of 48 bits."""
        result = x + y
        done = name != "div"
        if name == "sub":
            result = x - y
        if name == "mul":
            result, over = mul_overflow(x, y)
            done = not over
        if name in ("floor_div", "floor_mod"):
            done = y > 0
            if done:
                result = x // y if name == "floor_div" else x % y
        return integer(result), done and fits(result)

    @slow
    def of_any(x: i64, y: i64) -> tuple[i64, bool]:
        if is_number(x) and is_number(y):
            return of_floats(real(x), real(y)), True
        return NIL, False

    @inline
    def operate(x: i64, y: i64) -> tuple[i64, bool]:
        result: i64 = NIL
        done = False
        if both_integers(x, y):
            result, done = of_integers(payload(x), payload(y))
        elif is_double(x) and is_double(y):
            result = of_floats(double(x), double(y))
            done = True
        if not done:
            result, done = of_any(x, y)
        return result, done

    return operate


def order(or_equal: bool) -> KernelFunction[Any, Any]:
    """The function from two values to whether the first is less (or equal), and whether both are numbers."""

    @slow
    def of_any(x: i64, y: i64) -> tuple[bool, bool]:
        if is_number(x) and is_number(y):
            return real(x) <= real(y) if or_equal else real(x) < real(y), True
        return False, False

    @inline
    def compare(x: i64, y: i64) -> tuple[bool, bool]:
        holds, done = False, True
        if both_integers(x, y):
            holds = payload(x) <= payload(y) if or_equal else payload(x) < payload(y)
        elif is_double(x) and is_double(y):
            holds = double(x) <= double(y) if or_equal else double(x) < double(y)
        else:
            holds, done = of_any(x, y)
        return holds, done

    return compare


less, less_equal = order(False), order(True)


@kernel
def same_number(x: i64, y: i64) -> bool:
    """Whether two values are numbers, and equal."""
    if is_number(x) and is_number(y):
        return real(x) == real(y)
    return False
