"""Doubles as C's printf writes them for "%.14g", and with fewer digits.

A double is m * 2**q, so its first n digits are those of m * 5**k * 2**(q+k) for the right k. As long as 5**k fits a
word, the product fits two, and is exact; that is so for k from 0 to 27, with 14 digits for numbers from 1e-14 to 1e14.
All others are left to the C library.
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
    multiply_high,
    slow,
    table,
    u8,
    u64,
)
from cupola.runtime.numbers.integers import put_pair, write_integer

DOUBLE_TEXT = 32  # the room that a double's text needs
FORMAT = b"%.14g\0"
DIGITS = 14
TENS = tuple(10**each for each in range(DIGITS + 1))
MOST_POWER = 27
POWERS = tuple(5**each for each in range(MOST_POWER + 1))
LEAST_FIXED = -4  # from this exponent on, digits stand where they belong, without one
# decimal exponents are estimated as binary ones * LOG >> LOG_SHIFT, exactly rounded down for those that matter
LOG, LOG_SHIFT = 78913, 18
BIAS, FRACTION_BITS = 1023, 52
ROOM = 16

strfromd = c_function("strfromd", [Ptr[u8], u64, Ptr[u8], f64], i32)


@kernel
def write_double(number: f64, to: Ptr[u8]) -> i64:
    """Write a double with up to 14 digits, infinities as inf and -inf; how many bytes that were."""
    length = write_general(number, DIGITS, to)
    return length if length > 0 else write_slowly(number, to)


@kernel
def write_general(number: f64, precision: i64, to: Ptr[u8]) -> i64:
    """Write a double with up to `precision` digits, from 1 to 14; how many bytes that were, or 0, and nothing was
    written, if the C library has to do it."""
    word = bits(i64, number)
    whole = i64(number)
    end = table(i64, TENS)[precision]
    if f64(whole) == number and whole < end and whole > -end and (whole != 0 or word == 0):
        return write_integer(whole, to)
    exponent = ((word >> FRACTION_BITS) & 2047) - BIAS
    power = precision - 1 - ((exponent * LOG) >> LOG_SHIFT)
    if power <= 0 or power > MOST_POWER:
        return 0
    fraction = u64((word & ((1 << FRACTION_BITS) - 1)) | (1 << FRACTION_BITS))
    digits = scaled(fraction, power, u64(FRACTION_BITS - exponent - power))
    if digits >= end:  # one digit more than estimated
        power -= 1
        digits = scaled(fraction, power, u64(FRACTION_BITS - exponent - power))
    length = 0
    if word < 0:
        to[0] = 45
        length = 1
    digits *= table(i64, TENS)[DIGITS - precision]
    return length + put_digits(digits, precision - 1 - power, to + length)


@inline
def scaled(fraction: u64, power: i64, shift: u64) -> i64:
    """fraction * 5**power / 2**shift, rounded to nearest, ties to even; the shift is from 1 to 127."""
    five = u64(table(i64, POWERS)[power])
    low = fraction * five
    high = multiply_high(fraction, five)
    if shift > 64:
        quotient = high >> (shift - 64)
        rest = high << (128 - shift) | u64(low != 0)
    elif shift == 64:
        quotient = high
        rest = low
    else:
        quotient = high << (64 - shift) | low >> shift
        rest = low << (64 - shift)
    # `rest` is what is cut off, in units of 2**-64; its lowest bit stands for all bits further behind
    half = u64(1 << 63)
    if rest > half or (rest == half and quotient & 1 == 1):
        quotient += 1
    return i64(quotient)


@kernel
def put_digits(digits: i64, exponent: i64, to: Ptr[u8]) -> i64:
    """Write a number of 14 digits, the first one standing for 10**exponent, without zeros at its end."""
    text = cast(Ptr[u8], local(Array[u8, ROOM]))
    rest = u64(digits)
    place = DIGITS
    while place > 0:
        place -= 2
        put_pair(text + place, rest % 100)
        rest = rest // 100
    count = DIGITS
    while text[count - 1] == 48:
        count -= 1
    if exponent < LEAST_FIXED:
        to[0] = text[0]
        length = 1
        if count > 1:
            to[1] = 46
            memory_copy(to + 2, text + 1, count - 1)
            length = count + 1
        to[length] = 101
        to[length + 1] = 45
        put_pair(to + length + 2, u64(-exponent))
        return length + 4
    if exponent < 0:
        to[0] = 48
        to[1] = 46
        for zero in range(-1 - exponent):
            to[2 + zero] = 48
        memory_copy(to + 1 - exponent, text, count)
        return 1 - exponent + count
    memory_copy(to, text, ROOM)
    if count <= exponent + 1:
        return exponent + 1
    to[exponent + 1] = 46
    memory_copy(to + exponent + 2, text + exponent + 1, count - exponent - 1)
    return count + 1


@slow
def write_slowly(number: f64, to: Ptr[u8]) -> i64:
    """The same by the C library."""
    length = i64(strfromd(to, DOUBLE_TEXT, FORMAT, number))
    end = 0
    for place in range(length):
        byte = to[place]
        if byte == 44 or byte >= 128:  # the locale's point, which may take several bytes
            byte = 46
        if byte != 46 or to[end - 1] != 46:
            to[end] = byte
            end += 1
    return end
