"""Comparisons beyond their fast paths: numbers of different forms exactly, strings, what needs a metamethod."""

from __future__ import annotations

from cupola.kernel import ceil, f64, floor, i64, kernel
from cupola.runtime.numbers.kinds import (
    TWO_63,
    is_any_integer,
    is_number,
    is_string,
    string_at,
    whole,
)
from cupola.runtime.objects import HOST
from cupola.runtime.strings import compare_strings, same_string
from cupola.runtime.values import OTHER, TABLE, double, is_double, object_of, tag_of

NO, YES, ASK = 0, 1, 2  # ASK: only a metamethod can tell


@kernel
def equal(x: i64, y: i64) -> i64:
    """Whether two values are equal, as far as that can be told without metamethods."""
    if x == y:
        return NO if is_double(x) and double(x) != double(x) else YES
    if is_number(x) and is_number(y):
        return YES if equal_numbers(x, y) else NO
    if is_string(x) and is_string(y):
        return YES if same_string(string_at(x), string_at(y)) else NO
    if tag_of(x) == TABLE and tag_of(y) == TABLE:
        return ASK
    if tag_of(x) == OTHER and tag_of(y) == OTHER:
        if i64(object_of(x).kind) == HOST and i64(object_of(y).kind) == HOST:
            return ASK
    return NO


@kernel
def equal_numbers(x: i64, y: i64) -> bool:
    """Whether two numbers are equal."""
    if is_double(x):
        if is_double(y):
            return double(x) == double(y)
        return equal_mixed(double(x), whole(y))
    if is_double(y):
        return equal_mixed(double(y), whole(x))
    return whole(x) == whole(y)


@kernel
def equal_mixed(x: f64, y: i64) -> bool:
    """Whether a double is that integer exactly."""
    return x >= -TWO_63 and x < TWO_63 and floor(x) == x and i64(x) == y


@kernel
def less(x: i64, y: i64) -> i64:
    """Whether x is less than y: NO, YES, or ASK."""
    if is_number(x) and is_number(y):
        return YES if less_number(x, y) else NO
    if is_string(x) and is_string(y):
        return YES if compare_strings(string_at(x), string_at(y)) < 0 else NO
    return ASK


@kernel
def less_equal(x: i64, y: i64) -> i64:
    """Whether x is less than y or equal to it: NO, YES, or ASK."""
    if is_number(x) and is_number(y):
        return YES if less_equal_number(x, y) else NO
    if is_string(x) and is_string(y):
        return YES if compare_strings(string_at(x), string_at(y)) <= 0 else NO
    return ASK


@kernel
def less_number(x: i64, y: i64) -> bool:
    """x < y for numbers."""
    if is_any_integer(x):
        if is_any_integer(y):
            return whole(x) < whole(y)
        return integer_less_double(whole(x), double(y))
    if is_any_integer(y):
        return double_less_integer(double(x), whole(y))
    return double(x) < double(y)


@kernel
def less_equal_number(x: i64, y: i64) -> bool:
    """x <= y for numbers."""
    if is_any_integer(x):
        if is_any_integer(y):
            return whole(x) <= whole(y)
        return double(y) == double(y) and not double_less_integer(double(y), whole(x))
    if is_any_integer(y):
        return double(x) == double(x) and not integer_less_double(whole(y), double(x))
    return double(x) <= double(y)


@kernel
def integer_less_double(x: i64, y: f64) -> bool:
    """x < y exactly: an integer is less than y if it is less than y rounded up."""
    if y >= TWO_63:
        return True
    if y > -TWO_63:
        return x < i64(ceil(y))
    return False  # -2**63 and less, and what is not a number


@kernel
def double_less_integer(x: f64, y: i64) -> bool:
    """x < y exactly: an integer is more than x if it is more than x rounded down."""
    if x >= TWO_63:
        return False
    if x >= -TWO_63:
        return i64(floor(x)) < y
    return x == x
