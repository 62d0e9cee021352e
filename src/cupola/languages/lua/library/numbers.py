"""Numbers as values: whole ones of 48 bits or more, doubles, and conversions between them."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, f64, floor, i64, inline, null, slow, unlikely
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.machine import NO_MEMORY, VM
from cupola.runtime.heap.heap import allocate
from cupola.runtime.objects import WIDE_INTEGER, Object, WideInteger
from cupola.runtime.values import (
    OTHER,
    double,
    fits,
    from_double,
    integer,
    is_double,
    is_integer,
    object_of,
    payload,
    reference,
    tag_of,
)

WIDE_BYTES = 16
TWO_63 = 9223372036854775808.0
MOST, LEAST = (1 << 63) - 1, -(1 << 63)


@inline
def is_wide(value: i64) -> bool:
    """Whether it is an integer of more than 48 bits."""
    return tag_of(value) == OTHER and i64(object_of(value).kind) == WIDE_INTEGER


@inline
def is_whole(value: i64) -> bool:
    """Whether it is an integer."""
    return is_integer(value) or is_wide(value)


@inline
def is_number(value: i64) -> bool:
    """Whether it is a number."""
    return is_integer(value) or is_double(value) or is_wide(value)


@inline
def whole(value: i64) -> i64:
    """The number of a value that is an integer."""
    return payload(value) if is_integer(value) else cast(Ptr[WideInteger], object_of(value)).number


@inline
def real(value: i64) -> f64:
    """The nearest double to a value that is a number."""
    return double(value) if is_double(value) else f64(whole(value))


@inline
def to_whole(x: f64) -> tuple[i64, bool]:
    """The integer that a double is, and whether it is one."""
    return i64(x), floor(x) == x and x >= -TWO_63 and x < TWO_63


@inline
def boxed(vm: Ptr[VM], number: i64) -> i64:
    """The value of an integer; NOTHING if there is no memory for it."""
    return integer(number) if fits(number) else wide(vm, number)


@slow
def wide(vm: Ptr[VM], number: i64) -> i64:
    """The value of an integer that does not fit 48 bits."""
    made = allocate(vm.heap, WIDE_INTEGER, WIDE_BYTES)
    if unlikely(made == null(Ptr[Object])):
        return NOTHING
    cast(Ptr[WideInteger], made).number = number
    return reference(OTHER, address(made))


@inline
def give(args: Ptr[i64], value: i64) -> i64:
    """Return one value from a native function."""
    args[-3] = value
    return 1


@inline
def give_whole(vm: Ptr[VM], args: Ptr[i64], number: i64) -> i64:
    """Return one integer from a native function."""
    value = boxed(vm, number)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    args[-3] = value
    return 1


@inline
def give_real(args: Ptr[i64], x: f64) -> i64:
    """Return one double from a native function."""
    args[-3] = from_double(x)
    return 1
