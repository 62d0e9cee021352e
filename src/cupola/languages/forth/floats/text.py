"""Floats as text, both ways, correctly rounded: digits go through the C library, signs, points and exponents do not.

So the locale of the process has no say: what the C library reads is a whole number with an exponent, and of what it
writes only digits are taken.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    bits,
    c_function,
    cast,
    f64,
    i32,
    i64,
    inline,
    kernel,
    local,
    memory_copy,
    null,
    u8,
    u64,
)
from cupola.languages.forth.dictionary.names import lower_case
from cupola.languages.forth.interpreter.numbers import MINUS, POINT, ZERO

PLUS, BLANK, LETTER_D, LETTER_E, NINE, PER_CENT = b"+ de9%"
MOST_DIGITS = (
    800  # of a significand: none that lies between two floats needs more than 768 to tell which is nearer
)
TEXT_BYTES = 900
HUGE = 99999  # an exponent beyond all floats
MOST_PRECISION = 255
INFINITY = float("inf")

strtod = c_function("strtod", [Ptr[u8], Ptr[Ptr[u8]]], f64)
strfromd = c_function("strfromd", [Ptr[u8], u64, Ptr[u8], f64], i32)


@inline
def is_digit(char: i64) -> bool:
    return u64(char - ZERO) < u64(10)


@kernel
def read_sign(text: Ptr[u8], length: i64, place: i64) -> tuple[bool, i64]:
    """Whether a minus sign stands there, and where what comes after a sign begins."""
    if place >= length:
        return False, place
    char = i64(text[place])
    return char == MINUS, place + 1 if char == MINUS or char == PLUS else place


@kernel
def read_exponent(text: Ptr[u8], length: i64, start: i64) -> tuple[bool, i64]:
    """A sign and digits, both of which may be missing, up to the end of the text: whether it is that, and its value."""
    negative, place = read_sign(text, length, start)
    value: i64 = 0
    while place < length:
        if not is_digit(i64(text[place])):
            return False, 0
        value = min(value * 10 + i64(text[place]) - ZERO, HUGE)
        place += 1
    return True, -value if negative else value


@kernel
def read_marker(text: Ptr[u8], length: i64, place: i64, loose: bool) -> tuple[bool, i64]:
    """What follows the significand: whether it is an exponent, and its value. An `E` must begin it; if `loose`, a `D`
    or a sign may do so, or there may be nothing."""
    if place == length:
        return loose, 0
    char = lower_case(i64(text[place]))
    if char == LETTER_E or (loose and char == LETTER_D):
        return read_exponent(text, length, place + 1)
    if loose and (char == PLUS or char == MINUS):
        return read_exponent(text, length, place)
    return False, 0


@kernel
def read_float(text: Ptr[u8], length: i64, loose: bool) -> tuple[bool, f64]:
    """The number that a text is, rounded to the nearest float: whether it is one, and its value.

    The text is a literal (Forth-2012, 12.3.7), or, if `loose`, what >FLOAT reads (12.6.1.0558).
    """
    out = local(Array[u8, TEXT_BYTES])
    buffer = cast(Ptr[u8], out)
    negative, place = read_sign(text, length, 0)
    count: i64 = 0  # digits of the significand that were kept, without zeros in front
    digits: i64 = 0  # digits that there were
    power: i64 = 0  # of ten, by which the kept digits are to be multiplied
    after_point = False
    while place < length:
        char = i64(text[place])
        if char == POINT and not after_point:
            after_point = True
        elif is_digit(char):
            digits += 1
            if count < MOST_DIGITS:
                if count > 0 or char != ZERO:
                    buffer[count] = u8(char)
                    count += 1
                power -= i64(after_point)
            else:
                if char != ZERO:  # one more digit stands for all that were left out
                    buffer[MOST_DIGITS - 1] = u8(buffer[MOST_DIGITS - 1] | 1)
                power += i64(not after_point)
        else:
            break
        place += 1
    good, exponent = read_marker(text, length, place, loose)
    if not good or digits == 0:
        return False, 0.0
    value = 0.0
    if count > 0:
        write_exponent(buffer + count, exponent + power)
        value = strtod(buffer, null(Ptr[Ptr[u8]]))
    return True, -value if negative else value


@kernel
def write_exponent(out: Ptr[u8], value: i64) -> None:
    """`e`, a sign, seven digits, and the zero that ends texts of C."""
    out[0] = u8(LETTER_E)
    out[1] = u8(MINUS if value < 0 else PLUS)
    rest = abs(value)
    place: i64 = 8
    while place >= 2:
        out[place] = u8(ZERO + rest % 10)
        rest = rest // 10
        place -= 1
    out[9] = 0


@kernel
def is_finite(value: f64) -> bool:
    return abs(value) < INFINITY


@inline
def is_negative(value: f64) -> bool:
    """Whether the sign is set, that of -0 too."""
    return bits(i64, value) < 0


@kernel
def write_digits(value: f64, count: i64, out: Ptr[u8]) -> i64:
    """Write the first `count` digits (1 to MOST_PRECISION) of a finite float without its sign, rounded to the nearest;
    returns the power of ten that the first one counts. Zero is all zeros, and its power 0."""
    text = cast(Ptr[u8], local(Array[u8, TEXT_BYTES]))
    form = cast(Ptr[u8], local(Array[u8, 8]))
    memory_copy(form, b"%.000e\0", 7)
    form[2] = u8(ZERO + (count - 1) // 100)
    form[3] = u8(ZERO + (count - 1) // 10 % 10)
    form[4] = u8(ZERO + (count - 1) % 10)
    length = i64(strfromd(text, TEXT_BYTES, form, abs(value)))
    place: i64 = 0
    written: i64 = 0
    while written < count and place < length:  # whatever the locale has for a point is skipped
        if is_digit(i64(text[place])):
            out[written] = text[place]
            written += 1
        place += 1
    while place < length and i64(text[place]) != LETTER_E:
        place += 1
    _, power = read_exponent(text, length, place + 1)
    return power
