"""Values that are numbers as text, with 14 digits at most; doubles are told from integers by a point or an exponent."""

from __future__ import annotations

from cupola.kernel import Ptr, bits, f64, i64, inline, kernel, trunc, u8
from cupola.runtime.numbers.doubles import DOUBLE_TEXT, write_double
from cupola.runtime.numbers.integers import write_integer
from cupola.runtime.numbers.kinds import is_any_integer, whole
from cupola.runtime.values import double

NUMBER_BYTES = DOUBLE_TEXT  # every number as text has fewer
PLAIN = 1e14  # whole numbers from here on are written with an exponent
MINUS_ZERO = -(1 << 63)
POINT, ZERO, MINUS, NINE = b".0-9"


@kernel
def write_real(out: Ptr[u8], x: f64) -> i64:
    """Write a double, with 14 digits at most; how many bytes."""
    length: i64 = 0
    if trunc(x) == x and abs(x) < PLAIN and bits(i64, x) != MINUS_ZERO:
        length = write_integer(i64(x), out)
    else:
        length = write_double(x, out)
        for place in range(length):
            byte = i64(out[place])
            if byte != MINUS and (byte < ZERO or byte > NINE):
                return length  # it has a point, an exponent, or is no number
    out[length] = u8(POINT)
    out[length + 1] = u8(ZERO)
    return length + 2


@inline
def write_number(out: Ptr[u8], value: i64) -> i64:
    """Write a value that is a number, in less than NUMBER_BYTES; how many bytes."""
    return write_integer(whole(value), out) if is_any_integer(value) else write_real(out, double(value))
