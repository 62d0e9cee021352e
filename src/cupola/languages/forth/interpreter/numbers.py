"""Text to numbers: digits in a base, and what the interpreter takes for a number (Forth-2012, 3.4.1.3)."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, multiply_high, u8, u64
from cupola.languages.forth.constants import BASE_CELL
from cupola.languages.forth.dictionary.names import lower_case
from cupola.languages.forth.machine import VM, cell_at

NO_NUMBER, SINGLE, DOUBLE = 0, 1, 2
DOLLAR, HASH, PERCENT, QUOTE, MINUS, POINT, ZERO, LETTER_A, LETTER_X = b"$#%'-.0ax"


@inline
def digit(char: i64) -> i64:
    """The value of a digit, in base 36; 99 for other characters."""
    if u64(char - ZERO) < u64(10):
        return char - ZERO
    low = lower_case(char)
    return low - LETTER_A + 10 if u64(low - LETTER_A) < u64(26) else 99


@kernel
def convert(text: Ptr[u8], length: i64, base: i64, low: u64, high: u64) -> tuple[u64, u64, i64]:
    """Add digits to the double number `high:low`: the number, and how many characters were digits."""
    place: i64 = 0
    while place < length:
        value = digit(i64(text[place]))
        if value >= base:
            break
        high = high * u64(base) + multiply_high(low, u64(base))
        low = low * u64(base)
        total = low + u64(value)
        if total < low:
            high += 1
        low = total
        place += 1
    return low, high, place


@inline
def current_base(vm: Ptr[VM]) -> i64:
    """BASE; 0, in which there are no digits, if the program has set it to something that is no base."""
    base = cell_at(vm, BASE_CELL)[0]
    return 0 if base < 2 or base > 36 else base


@kernel
def parse_number(vm: Ptr[VM], text: Ptr[u8], length: i64) -> tuple[i64, i64, i64]:
    """What number a text is: NO_NUMBER, SINGLE or DOUBLE, and its low and high cell."""
    if length == 3 and i64(text[0]) == QUOTE and i64(text[2]) == QUOTE:
        return SINGLE, i64(text[1]), 0
    base: i64 = 0
    start: i64 = 0
    negative = i64(text[0]) == MINUS  # the standard wants the sign behind $ # %, but it is often before
    if negative:
        start = 1
    first = i64(text[start]) if start < length else 0
    start += 1
    if first == DOLLAR:
        base = 16
    elif first == HASH:
        base = 10
    elif first == PERCENT:
        base = 2
    else:
        start -= 1
    if base != 0 and not negative and start < length and i64(text[start]) == MINUS:
        negative = True
        start += 1
    if (
        base == 0
        and start + 2 < length
        and i64(text[start]) == ZERO
        and lower_case(i64(text[start + 1])) == LETTER_X
    ):
        base = 16
        start += 2
    stop = length
    kind: i64 = SINGLE
    if stop > start and i64(text[stop - 1]) == POINT:
        stop -= 1
        kind = DOUBLE
    if start >= stop or digit(i64(text[start])) > 35:
        return NO_NUMBER, 0, 0
    if base == 0:
        base = current_base(vm)
    low, high, used = convert(text + start, stop - start, base, u64(0), u64(0))
    if used != stop - start:
        return NO_NUMBER, 0, 0
    if negative:
        low = -low
        high = ~high
        if low == 0:
            high += 1
    return kind, i64(low), i64(high)
