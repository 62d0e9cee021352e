"""Looking through text 8 characters at a time: the first blank, the first of a given character, the end of a line.

Whole groups of 8 bytes are read, so up to 7 bytes behind the text are, and do not count: the memory of a VM goes on for
`READ_AHEAD` bytes behind the data space. The tests of all bytes of a number at once are exact: no carry crosses a byte
(after Mycroft, 1987, and Warren, Hacker's Delight, 6-1).
"""

from __future__ import annotations

from cupola.kernel import Ptr, count_trailing_zeros, i64, inline, kernel, u8, u64
from cupola.languages.forth.dictionary.names import EACH_BYTE, LOW_BITS, load_8

BLANK = 32  # it and all control characters stand between words
ABOVE_BLANK = (0x7F - BLANK) * EACH_BYTE  # added to the low bits of a byte above BLANK, it sets the high one


@inline
def high_bits() -> u64:
    return u64(EACH_BYTE) << 7


@inline
def blanks_in(text: u64) -> u64:
    """Bit 7 of each byte that is a blank."""
    return ~((text & u64(LOW_BITS)) + u64(ABOVE_BLANK) | text) & high_bits()


@inline
def zeros_in(text: u64) -> u64:
    """Bit 7 of each byte that is zero."""
    return ~((text & u64(LOW_BITS)) + u64(LOW_BITS) | text) & high_bits()


@inline
def first_of(found: u64) -> i64:
    """The number of the first byte whose bit 7 is set, of those with some."""
    return i64(count_trailing_zeros(found)) >> 3


@kernel
def find_blank(text: Ptr[u8], start: i64, length: i64) -> i64:
    """The offset of the first blank from `start` on, or `length`."""
    at = start
    while at < length:
        found = blanks_in(load_8(text + at))
        if found != 0:
            return min(at + first_of(found), length)
        at += 8
    return length


@kernel
def find_byte(text: Ptr[u8], start: i64, length: i64, wanted: i64) -> i64:
    """The offset of the first byte `wanted` (0 to 255) from `start` on, or `length`."""
    pattern = u64(wanted) * u64(EACH_BYTE)
    at = start
    while at < length:
        found = zeros_in(load_8(text + at) ^ pattern)
        if found != 0:
            return min(at + first_of(found), length)
        at += 8
    return length
