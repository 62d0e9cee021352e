"""Integers of 64 bits as values: in the value itself if 48 bits are enough, else in an object."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, sizeof
from cupola.runtime.heap.heap import Heap, allocate
from cupola.runtime.objects import WIDE_INTEGER, WideInteger
from cupola.runtime.values import (
    OTHER,
    fits,
    integer,
    reference,
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
