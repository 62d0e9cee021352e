"""Integers in decimal, two digits at a time."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, count_leading_zeros, i64, inline, kernel, table, u8, u16, u64

INTEGER_TEXT = 20  # the most bytes that an integer takes
LOG, LOG_SHIFT = 1233, 12  # the decimal logarithm of 2
POWERS = (0, *(10**each for each in range(1, INTEGER_TEXT)))
PAIRS = tuple(int.from_bytes(b"%02d" % each, "little") for each in range(100))


@inline
def put_pair(to: Ptr[u8], pair: u64) -> None:
    """Write the two digits of a number below 100."""
    cast(Ptr[u16], to)[0] = table(u16, PAIRS)[pair]


@inline
def count_digits(number: u64) -> i64:
    """How many digits a number has in decimal."""
    bits = 64 - i64(count_leading_zeros(number | 1))
    estimate = bits * LOG >> LOG_SHIFT  # right, or one too low
    return estimate + i64(number >= table(u64, POWERS)[estimate])


@kernel
def write_integer(number: i64, to: Ptr[u8]) -> i64:
    """Write an integer in decimal; how many bytes that were."""
    rest = u64(number)
    first = to
    if number < 0:
        rest = u64(0) - rest
        to[0] = 45
        first = to + 1
    end = first + count_digits(rest)
    place = end
    while rest >= 100:
        place = place - 2
        put_pair(place, rest % 100)
        rest = rest // 100
    if rest >= 10:
        put_pair(first, rest)
    else:
        first[0] = u8(48 + rest)
    return end - to
