"""Integers of 64 bits as values: in the value itself if 48 bits are enough, else in an object."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, sizeof
from cupola.runtime.heap.heap import Heap, allocate
from cupola.runtime.objects import WIDE_INTEGER, WideInteger
from cupola.runtime.values import (
    INTEGER,
    OTHER,
    fits,
    integer,
    is_integer,
    object_of,
    payload,
    reference,
    tag_of,
)

NOTHING = 0  # the value 0.0, which is no integer


@inline
def integer_value(heap: Ptr[Heap], number: i64) -> i64:
    """The value of any integer; NOTHING if there is no memory."""
    if fits(number):
        return integer(number)
    return wide_value(heap, number)


@kernel
def wide_value(heap: Ptr[Heap], number: i64) -> i64:
    """The value of an integer beyond 48 bits; NOTHING if there is no memory."""
    made = cast(Ptr[WideInteger], allocate(heap, WIDE_INTEGER, sizeof(WideInteger)))
    if made == null(Ptr[WideInteger]):
        return NOTHING
    made.number = number
    return reference(OTHER, address(made))


@inline
def is_any_integer(value: i64) -> bool:
    """Whether a value is an integer of whatever size."""
    if is_integer(value):
        return True
    return tag_of(value) == OTHER and i64(object_of(value).kind) == WIDE_INTEGER


@inline
def integer_of(value: i64) -> i64:
    """The number of a value that is an integer of whatever size."""
    return payload(value) if tag_of(value) == INTEGER else cast(Ptr[WideInteger], object_of(value)).number
