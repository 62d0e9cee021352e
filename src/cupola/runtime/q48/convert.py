"""To and from whole numbers and text. The texts' digits are read and made by kernel functions too."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, pure, u8, u64, unlikely
from cupola.runtime.q48.arithmetic import bound, magnitude
from cupola.runtime.q48.format import FRACTION_BITS, MAX, MIN, ONE

DIGITS = 5  # after the point: enough to tell all fractions apart
DECIMAL_ONE = 10**DIGITS
READ = 18  # digits after the point that are read in full; of further ones only whether they are all zero
READ_ONE = 10**READ
LARGEST_WHOLE = 1 << 47

PARSED, MALFORMED, OUT_OF_RANGE = 0, 1, 2  # outcomes of `parse`


@pure
def from_integer(n: i64) -> tuple[i64, bool]:
    """The whole number n, exact; out of range it saturates."""
    if unlikely(n >= LARGEST_WHOLE or n < -LARGEST_WHOLE):
        return bound(n < 0), True
    return n << FRACTION_BITS, False


@pure
def floor(x: i64) -> i64:
    """The greatest whole number not above x, as an integer."""
    return x >> FRACTION_BITS


@pure
def round(x: i64) -> i64:
    """The nearest whole number, ties to even, as an integer."""
    whole = x >> FRACTION_BITS
    return whole + 1 if (x & (ONE - 1)) + (whole & 1) > ONE // 2 else whole


@pure
def decimal(x: i64) -> tuple[u64, i64]:
    """The digits of x's absolute value: those before the point, and five after it, rounded to nearest, ties
    to even.
    """
    size = magnitude(x)
    whole = size >> FRACTION_BITS
    scaled = i64(size & (ONE - 1)) * DECIMAL_ONE
    digits = round(scaled)
    if digits == DECIMAL_ONE:
        return whole + 1, 0
    return whole, digits


@pure
def fraction_of(part: i64, rest: bool) -> tuple[i64, i64]:
    """part / READ_ONE in units of the format, rounded down, and how what is cut off compares with half a unit:
    negative, zero or positive. `rest` says that a little more than `part` is meant.
    """
    fraction = 0
    for _ in range(FRACTION_BITS):
        part = part * 2
        fraction = fraction * 2
        if part >= READ_ONE:
            part -= READ_ONE
            fraction += 1
    above = 2 * part - READ_ONE
    return fraction, above + 1 if rest and above == 0 else above


@kernel
def parse(text: Ptr[u8], length: i64) -> tuple[i64, i64]:
    """Read `[+|-] digits [. [digits]]`, or with the digits after the point only; rounded to nearest, ties to even.

    The number and PARSED, MALFORMED or OUT_OF_RANGE (then the number is saturated, or 0 if malformed).
    """
    place = 0
    negative = False
    if length > 0 and (text[0] == 43 or text[0] == 45):
        negative = text[0] == 45
        place = 1
    whole = 0
    digits = 0
    while place < length and text[place] >= 48 and text[place] <= 57:
        if whole <= LARGEST_WHOLE:
            whole = whole * 10 + i64(text[place]) - 48
        digits += 1
        place += 1
    part = 0  # digits after the point, as a whole number of 10**-READ
    unit = READ_ONE
    rest = False  # whether there is more than `part` tells
    if place < length and text[place] == 46:
        place += 1
        while place < length and text[place] >= 48 and text[place] <= 57:
            unit = unit // 10
            part += unit * (i64(text[place]) - 48)
            if unit == 0 and text[place] != 48:
                rest = True
            digits += 1
            place += 1
    if place != length or digits == 0:
        return 0, MALFORMED
    fraction, above = fraction_of(part, rest)
    if whole > LARGEST_WHOLE:
        return bound(negative), OUT_OF_RANGE
    size = (u64(whole) << FRACTION_BITS) + u64(fraction)
    if above > 0 or (above == 0 and fraction & 1 == 1):
        size += 1
    if size > (u64(1 << 63) if negative else u64(MAX)):
        return bound(negative), OUT_OF_RANGE
    return i64(0 - size) if negative else i64(size), PARSED


def from_text(text: str) -> int:
    """The number nearest to a decimal text such as "-1.25"; raises ValueError with what was expected."""
    content = text.encode("ascii", "replace")
    number, outcome = parse(content, len(content))  # type: ignore[arg-type]  # bytes are a table in plain Python
    if outcome == MALFORMED:
        raise ValueError(f"expected a number such as -1.25, found {text!r}")
    if outcome == OUT_OF_RANGE:
        raise ValueError(f"expected {to_text(MIN)} to {to_text(MAX)}, found {text!r}")
    return number


def to_text(x: int) -> str:
    """The number in decimal, with five digits after the point: enough to read the same number back."""
    whole, digits = decimal(x)
    return f"{'-' if x < 0 else ''}{whole}.{digits:0{DIGITS}}"
