"""Numbers of all three forms: integers in a value, wide ones on the heap, doubles; what converts into what."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, f64, floor, i64, inline, kernel
from cupola.runtime.objects import WIDE_INTEGER, String, WideInteger
from cupola.runtime.values import (
    OTHER,
    STRING,
    double,
    is_double,
    is_integer,
    object_of,
    payload,
    tag_of,
)

TWO_63 = float(1 << 63)


@inline
def is_wide(value: i64) -> bool:
    """Whether it is an integer of more than 48 bits."""
    return tag_of(value) == OTHER and i64(object_of(value).kind) == WIDE_INTEGER


@inline
def is_any_integer(value: i64) -> bool:
    """Whether it is an integer."""
    return is_integer(value) or is_wide(value)


@inline
def is_number(value: i64) -> bool:
    """Whether it is an integer or a double."""
    return is_integer(value) or is_double(value) or is_wide(value)


@inline
def whole(value: i64) -> i64:
    """The number of a value that is an integer."""
    if is_integer(value):
        return payload(value)
    return cast(Ptr[WideInteger], object_of(value)).number


@inline
def real(value: i64) -> f64:
    """The number of a value that is a number, as a double."""
    if is_double(value):
        return double(value)
    return f64(whole(value))


@inline
def exact_integer(number: f64) -> tuple[i64, bool]:
    """The integer that a double is, and whether it is one of 64 bits."""
    if floor(number) == number and number >= -TWO_63 and number < TWO_63:
        return i64(number), True
    return 0, False


@kernel
def to_integer(value: i64) -> tuple[i64, bool]:
    """A number as an integer, and whether it is one exactly. The value must be a number."""
    if is_double(value):
        return exact_integer(double(value))
    return whole(value), True


@inline
def is_string(value: i64) -> bool:
    """Whether it is a string."""
    return tag_of(value) == STRING


@inline
def string_at(value: i64) -> Ptr[String]:
    """The string that a value is."""
    return cast(Ptr[String], object_of(value))
