"""Numbers that native functions return; what numbers are is told by `semantics.numbers`."""

from __future__ import annotations

from cupola.kernel import Ptr, f64, i64, inline, unlikely
from cupola.languages.lua.machine import NO_MEMORY, VM
from cupola.runtime.numbers.boxes import NOTHING, integer_value
from cupola.runtime.values import from_double

MOST, LEAST = (1 << 63) - 1, -(1 << 63)


@inline
def give(args: Ptr[i64], value: i64) -> i64:
    """Return one value from a native function."""
    args[-3] = value
    return 1


@inline
def give_whole(vm: Ptr[VM], args: Ptr[i64], number: i64) -> i64:
    """Return one integer from a native function."""
    value = integer_value(vm.heap, number)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    args[-3] = value
    return 1


@inline
def give_real(args: Ptr[i64], x: f64) -> i64:
    """Return one double from a native function."""
    args[-3] = from_double(x)
    return 1
