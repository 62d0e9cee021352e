"""The clock, as a kernel function over a C function."""

from __future__ import annotations

from cupola.kernel.function import c_function, residual
from cupola.kernel.intrinsics import local
from cupola.kernel.names import Ptr, i32, i64, struct

MONOTONIC = 1  # the clock's number on Linux


@struct
class TimeSpec:
    """C's struct timespec."""

    seconds: i64
    nanoseconds: i64


clock_gettime = c_function("clock_gettime", [i32, Ptr[TimeSpec]], i32)


@residual
def clock() -> i64:
    """Nanoseconds on a clock that only goes forward."""
    now = local(TimeSpec)
    clock_gettime(MONOTONIC, now)
    return i64(now.seconds * 1000000000 + now.nanoseconds)
