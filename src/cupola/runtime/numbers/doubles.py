"""Doubles as C's printf writes them for "%.14g"."""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, f64, i32, i64, kernel, u8, u64

DOUBLE_TEXT = 32  # the room that a double's text needs
FORMAT = b"%.14g\0"

strfromd = c_function("strfromd", [Ptr[u8], u64, Ptr[u8], f64], i32)


@kernel
def write_double(number: f64, to: Ptr[u8]) -> i64:
    """Write a double with up to 14 digits, infinities as inf and -inf; how many bytes that were."""
    length = i64(strfromd(to, DOUBLE_TEXT, FORMAT, number))
    for place in range(length):
        if to[place] in b".,":  # whatever the locale has for a point
            to[place] = 46
    return length
