"""Text as numbers.

    [+|-] (digits | digits . [digits] | . digits) [(e|E) [+|-] digits]
    [+|-] (0x|0X) (the same with hexadecimal digits) [(p|P) [+|-] digits]

with white space around. What has neither point nor exponent is an integer. Whatever strtod gets is digits and an
exponent, without a point, so that no locale matters.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    c_function,
    cast,
    f64,
    i64,
    inline,
    kernel,
    local,
    null,
    slow,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.runtime.numbers.integers import write_integer

NO_NUMBER, INTEGER, FLOAT, OUT_OF_RANGE = range(4)  # what `parse_number` found
# Rules: decimal integers beyond 64 bits are floats (else OUT_OF_RANGE); hexadecimal ones wrap around (the same).
LARGE_IS_FLOAT, HEX_WRAPS = 1, 2

POWERS = tuple(10.0**each for each in range(23))  # exact
EXACT = 1 << 53  # integers up to it are doubles
MOST_DIGITS = (
    800  # significant ones; of further ones only whether they are all zero: enough for correct rounding
)
MOST_EXPONENT = 99999
FAR = 1 << 40
SAFE_DIGITS = 18  # so many fit 63 bits
ROOM = 840

strtod = c_function("strtod", [Ptr[u8], Ptr[Ptr[u8]]], f64)


@inline
def is_space(byte: u8) -> bool:
    """Whether it is white space in the C locale."""
    return byte == 32 or (byte >= 9 and byte <= 13)


@inline
def digit_of(byte: u8, base: i64) -> i64:
    """The number of a digit, or -1."""
    digit = i64(byte) - 48
    if base == 16 and digit > 9:
        digit = (i64(byte) | 32) - 87
        if digit < 10:
            return -1
    return digit if digit >= 0 and digit < base else -1


@kernel
def parse_number(bytes: Ptr[u8], length: i64, rules: i64) -> tuple[i64, i64, f64]:
    """What the whole text is, and the number: the integer, or the float."""
    place = 0
    while place < length and is_space(bytes[place]):
        place += 1
    while length > place and is_space(bytes[length - 1]):
        length -= 1
    negative = False
    if place < length and (bytes[place] == 43 or bytes[place] == 45):
        negative = bytes[place] == 45
        place += 1
    start = place
    if place + 1 < length and bytes[place] == 48 and bytes[place + 1] | 32 == 120:
        return parse_hexadecimal(bytes + start + 2, length - start - 2, negative, rules)
    whole = u64(0)
    while place < length and u64(bytes[place]) - 48 < 10:
        whole = whole * 10 + u64(bytes[place]) - 48
        place += 1
    if unlikely(place - start > SAFE_DIGITS) and place == length:
        whole, fits = large_integer(bytes + start, length - start, negative)
        if not fits and rules & LARGE_IS_FLOAT == 0:
            return OUT_OF_RANGE, 0, 0.0
        if not fits:
            return parse_float(bytes + start, length - start, 10, negative)
    if place == start or place < length:
        return parse_decimal(bytes + start, length - start, negative)
    return INTEGER, i64(u64(0) - whole) if negative else i64(whole), 0.0


@slow
def large_integer(bytes: Ptr[u8], length: i64, negative: bool) -> tuple[u64, bool]:
    """The absolute value that so many decimal digits tell, and whether an integer of 64 bits may have it."""
    whole = u64(0)
    fits = True
    for place in range(length):
        digit = u64(bytes[place]) - 48
        if whole >= (1 << 63) // 10:
            fits = fits and whole == (1 << 63) // 10 and digit <= 7 + u64(negative)
        whole = whole * 10 + digit
    return whole, fits


@kernel
def parse_hexadecimal(bytes: Ptr[u8], length: i64, negative: bool, rules: i64) -> tuple[i64, i64, f64]:
    """What follows 0x."""
    whole = u64(0)
    wrapped = False
    place = 0
    while place < length:
        digit = digit_of(bytes[place], 16)
        if digit < 0:
            break
        wrapped = wrapped or whole >> 60 != 0
        whole = whole << 4 | u64(digit)
        place += 1
    if place == 0 or place < length:
        return parse_float(bytes, length, 16, negative)
    if wrapped and rules & HEX_WRAPS == 0:
        return OUT_OF_RANGE, 0, 0.0
    return INTEGER, i64(u64(0) - whole) if negative else i64(whole), 0.0


@kernel
def parse_decimal(bytes: Ptr[u8], length: i64, negative: bool) -> tuple[i64, i64, f64]:
    """A decimal float without its sign. Most have few digits and no exponent: then one division is exact enough."""
    mantissa = u64(0)
    point = length
    place = 0
    while place < length:
        digit = u64(bytes[place]) - 48
        if digit < 10:
            mantissa = mantissa * 10 + digit
        elif bytes[place] == 46 and point == length:
            point = place
        else:
            break
        place += 1
    if place < length or length < 2 or length > SAFE_DIGITS or mantissa > EXACT:
        return parse_float(bytes, length, 10, negative)
    number = f64(mantissa) / table(f64, POWERS)[max(length - point - 1, 0)]
    return FLOAT, 0, -number if negative else number


@kernel
def parse_float(bytes: Ptr[u8], length: i64, base: i64, negative: bool) -> tuple[i64, i64, f64]:
    """What is left of a text after sign and prefix, as a float."""
    text = cast(Ptr[u8], local(Array[u8, ROOM]))  # the significant digits, as text
    count = 2
    text[0] = 48
    text[1] = 120
    mantissa = u64(0)
    exponent = 0
    seen = False
    point = False
    sticky = False
    place = 0
    while place < length:
        byte = bytes[place]
        digit = digit_of(byte, base)
        if digit >= 0:
            seen = True
            if count < MOST_DIGITS:
                if digit > 0 or count > 2:
                    text[count] = byte
                    count += 1
                    mantissa = mantissa * u64(base) + u64(digit)
            else:
                sticky = sticky or digit != 0
                exponent += 1
            if point:
                exponent -= 1
        elif byte == 46 and not point:
            point = True
        else:
            break
        place += 1
    if not seen:
        return NO_NUMBER, 0, 0.0
    if base == 16:
        exponent *= 4
    if place < length:
        if i64(bytes[place]) | 32 != (112 if base == 16 else 101):
            return NO_NUMBER, 0, 0.0
        place += 1
        lower = False
        if place < length and (bytes[place] == 43 or bytes[place] == 45):
            lower = bytes[place] == 45
            place += 1
        if place == length:
            return NO_NUMBER, 0, 0.0
        given = 0
        while place < length:
            digit = digit_of(bytes[place], 10)
            if digit < 0:
                return NO_NUMBER, 0, 0.0
            given = min(given * 10 + digit, FAR)
            place += 1
        exponent += -given if lower else given
    number = 0.0
    if base == 10 and count <= 2 + 18 and mantissa <= EXACT and exponent >= -22 and exponent <= 22:
        number = f64(mantissa)
        if exponent < 0:
            number = number / table(f64, POWERS)[-exponent]
        else:
            number = number * table(f64, POWERS)[exponent]
    elif count > 2:
        number = round_digits(text, count, base, exponent, sticky)
    return FLOAT, 0, -number if negative else number


@slow
def round_digits(text: Ptr[u8], count: i64, base: i64, exponent: i64, sticky: bool) -> f64:
    """The double nearest to digits (from text[2] on) with an exponent; `sticky` says that a little more is meant."""
    if sticky:
        text[count] = 49
        count += 1
        exponent -= 4 if base == 16 else 1
    text[count] = u8(112 if base == 16 else 101)
    count += 1
    count += write_integer(max(min(exponent, MOST_EXPONENT), -MOST_EXPONENT), text + count)
    text[count] = 0
    return strtod(text if base == 16 else text + 2, null(Ptr[Ptr[u8]]))
