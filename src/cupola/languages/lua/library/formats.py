"""string.format: directives, and how numbers and texts are laid out by them."""

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
    memory_fill,
    memory_move,
    multiply_high,
    struct,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library.letters import ALPHA, is_in
from cupola.runtime.numbers import INTEGER_TEXT, write_general, write_integer
from cupola.runtime.numbers.doubles import DIGITS as MOST_GENERAL
from cupola.runtime.strings import Buffer, reserve

FLAGS = b"-+ #0"
LEFT, PLUS, SPACE, ALTERNATIVE, ZEROS = 1, 2, 4, 8, 16
POINT, ZERO, NINE, HYPHEN, COMMA = b".09-,"
MOST_SPECIFICATION = 22  # bytes of a directive
NUMBER_ROOM = 512  # the longest number has 99 digits after 309 others
LETTER_A, LETTER_E, LETTER_F, LETTER_G, LETTER_N, LETTER_P, LETTER_X, LETTER_I = b"aefgnpxi"
MOST_FIXED = 15  # digits behind the point that are computed here
NUMBER_BYTES = 32
TENS = tuple(10**power for power in range(MOST_FIXED + 1))
CAPITAL = 32  # what a capital letter has less
DIGITS = b"0123456789abcdef"

write_double = c_function("strfromd", [Ptr[u8], u64, Ptr[u8], f64], i32)


@struct
class Directive:
    """What stands between % and the letter of a conversion. `precision` is -1 if there is none."""

    flags: i64
    width: i64
    precision: i64
    length: i64  # of all, with the letter
    letter: i64


@inline
def flag_of(byte: u8) -> i64:
    """The flag that a byte is; 0 for none."""
    if byte == 45:
        return LEFT
    if byte == 43:
        return PLUS
    if byte == 32:
        return SPACE
    if byte == 35:
        return ALTERNATIVE
    return ZEROS if byte == 48 else 0


@kernel
def directive_length(text: Ptr[u8]) -> i64:
    """How many bytes follow that may stand before the letter of a conversion."""
    length: i64 = 0
    while (
        flag_of(text[length]) != 0 or text[length] == POINT or (text[length] > ZERO and text[length] <= NINE)
    ):
        length += 1
    return length


@kernel
def two_digits(text: Ptr[u8], place: i64) -> tuple[i64, i64]:
    """The value of up to two digits from a place on, -1 without any, and the place behind."""
    value: i64 = -1
    at = place
    while at < place + 2 and text[at] >= ZERO and text[at] <= NINE:
        value = max(value, 0) * 10 + i64(text[at]) - ZERO
        at += 1
    return value, at


@kernel
def read_directive(text: Ptr[u8], allowed: i64, precision: bool, out: Ptr[Directive]) -> bool:
    """Read a directive, of which the letter is known, that may have some flags and perhaps a precision: whether it is
    right."""
    place: i64 = 0
    out.flags = 0
    while flag_of(text[place]) & allowed != 0:
        out.flags |= flag_of(text[place])
        place += 1
    out.width = 0
    out.precision = -1
    if text[place] != ZERO:
        width, place = two_digits(text, place)
        out.width = max(width, 0)
        if text[place] == POINT and precision:
            digits, place = two_digits(text, place + 1)
            out.precision = max(digits, 0)
    return is_in(text[place], ALPHA)


# --- laying out -----------------------------------------------------------------------------------------------------


@kernel
def lay_out(
    buffer: Ptr[Buffer], d: Ptr[Directive], prefix: Ptr[u8], before: i64, text: Ptr[u8], length: i64
) -> bool:
    """Add a text with `before` bytes in front, filled up to the width; False if there is no memory."""
    padding = max(d.width - before - length, 0)
    if unlikely(not reserve(buffer, before + length + padding)):
        return False
    out = buffer.bytes + buffer.length
    buffer.length += before + length + padding
    if d.flags & (LEFT | ZEROS) == 0:
        memory_fill(out, u8(32), padding)
        out = out + padding
    memory_copy(out, prefix, before)
    out = out + before
    if d.flags & LEFT != 0:
        memory_fill(out + length, u8(32), padding)
    elif d.flags & ZEROS != 0:
        memory_fill(out, u8(ZERO), padding)
        out = out + padding
    memory_copy(out, text, length)
    return True


@kernel
def write_sign(prefix: Ptr[u8], d: Ptr[Directive], negative: bool) -> i64:
    """Write the sign of a number, if it gets one; how many bytes."""
    if negative:
        prefix[0] = u8(HYPHEN)
    elif d.flags & PLUS != 0:
        prefix[0] = u8(43)
    elif d.flags & SPACE != 0:
        prefix[0] = u8(32)
    else:
        return 0
    return 1


@kernel
def add_whole(buffer: Ptr[Buffer], d: Ptr[Directive], number: i64) -> bool:
    """Add an integer in decimal (%d, %i, %u)."""
    prefix = local(Array[u8, 4])
    room = local(Array[u8, NUMBER_ROOM])
    text = cast(Ptr[u8], room) + NUMBER_ROOM - INTEGER_TEXT - 1
    length = write_integer(number, text)
    negative = number < 0
    if negative:
        text = text + 1
        length -= 1
    if d.letter == 117 and negative:
        text, length = write_digits(text + INTEGER_TEXT, u64(number), 10)
        negative = False
    return add_digits(
        buffer, d, cast(Ptr[u8], prefix), write_sign(cast(Ptr[u8], prefix), d, negative), text, length
    )


@kernel
def add_digits(
    buffer: Ptr[Buffer], d: Ptr[Directive], prefix: Ptr[u8], before: i64, text: Ptr[u8], length: i64
) -> bool:
    """Add the digits of an integer, of which a precision is the least number. There is room for more in front."""
    digits = text
    count = length
    if d.precision >= 0:
        d.flags &= ~ZEROS
        if d.precision == 0 and length == 1 and text[0] == ZERO:
            count = 0
        while count < d.precision:
            digits = digits - 1
            digits[0] = u8(ZERO)
            count += 1
    return lay_out(buffer, d, prefix, before, digits, count)


@kernel
def write_digits(end: Ptr[u8], number: u64, base: i64) -> tuple[Ptr[u8], i64]:
    """Write a number without sign, up to `end`: where it begins, and how many bytes."""
    place = end
    rest = number
    while True:
        place = place - 1
        place[0] = table(u8, DIGITS)[i64(rest % u64(base))]
        rest = rest // u64(base)
        if rest == 0:
            break
    return place, end - place


@kernel
def add_unsigned(buffer: Ptr[Buffer], d: Ptr[Directive], number: i64) -> bool:
    """Add an integer as %x, %X or %o."""
    room = local(Array[u8, NUMBER_ROOM])
    prefix = local(Array[u8, 4])
    octal = d.letter == 111
    text, length = write_digits(cast(Ptr[u8], room) + NUMBER_ROOM, u64(number), 8 if octal else 16)
    before: i64 = 0
    if d.letter == LETTER_X - CAPITAL:
        make_capital(text, length)
    if d.flags & ALTERNATIVE != 0:
        if octal:
            d.precision = max(d.precision, length + i64(number != 0))
        elif number != 0:
            prefix[0] = u8(ZERO)
            prefix[1] = u8(d.letter)
            before = 2
    return add_digits(buffer, d, cast(Ptr[u8], prefix), before, text, length)


@kernel
def make_capital(text: Ptr[u8], length: i64) -> None:
    """Change small letters to capital ones."""
    for place in range(length):
        if text[place] >= LETTER_A:
            text[place] = u8(i64(text[place]) - CAPITAL)


# --- doubles --------------------------------------------------------------------------------------------------------


@kernel
def scaled(x: f64, digits: i64) -> tuple[u64, bool]:
    """A double without its sign times a power of ten, rounded to nearest, ties to even; and whether that was possible:
    the result must fit 63 bits."""
    number = bits(i64, x)
    exponent = (number >> 52) & 0x7FF
    significand = u64(number & ((1 << 52) - 1)) | (u64(1) << 52)
    if exponent == 0:
        significand = u64(number & ((1 << 52) - 1))
    shift = 1075 - max(exponent, 1)
    if shift <= 0:
        return u64(0), False
    power = table(u64, TENS)[digits]
    high = multiply_high(significand, power)
    low = u64(significand * power)
    if shift >= 128:  # the product has at most 117 bits
        return u64(0), True
    rest: u64 = 0
    half: u64 = 0
    more = False  # whether there is more below `rest`
    if shift < 64:
        if high >> u64(shift - 1) != 0:
            return u64(0), False
        whole = (high << u64(64 - shift)) | (low >> u64(shift))
        rest = low & ((u64(1) << u64(shift)) - 1)
        half = u64(1) << u64(shift - 1)
    elif shift == 64:
        whole = high
        rest = low
        half = u64(1) << 63
    else:
        whole = high >> u64(shift - 64)
        rest = high & ((u64(1) << u64(shift - 64)) - 1)
        half = u64(1) << u64(shift - 65)
        more = low != 0
    if rest > half or (rest == half and (more or whole & 1 != 0)):
        whole += 1
    return whole, whole >> 63 == 0


@kernel
def write_fixed(out: Ptr[u8], number: u64, digits: i64, negative: bool) -> i64:
    """Write a number of units of a power of ten, with so many digits behind the point; how many bytes."""
    room = local(Array[u8, NUMBER_BYTES])
    end = cast(Ptr[u8], room) + NUMBER_BYTES
    place = end
    rest = number
    count: i64 = 0
    while rest != 0 or count <= digits:
        if count == digits and digits > 0:
            place = place - 1
            place[0] = u8(POINT)
        place = place - 1
        place[0] = u8(ZERO + i64(rest % 10))
        rest = rest // 10
        count += 1
    if negative:
        place = place - 1
        place[0] = u8(HYPHEN)
    memory_copy(out, place, end - place)
    return end - place


@kernel
def plain_double(out: Ptr[u8], letter: i64, precision: i64, x: f64) -> i64:
    """Write a double by a conversion without flags; how many bytes."""
    if letter == LETTER_F and precision <= MOST_FIXED and x - x == 0.0:
        digits = 6 if precision < 0 else precision
        number, good = scaled(x, digits)
        if good:
            return write_fixed(out, number, digits, bits(i64, x) < 0)
    if letter == LETTER_G and precision <= MOST_GENERAL:
        length = write_general(x, 6 if precision < 0 else max(precision, 1), out)
        if length > 0:
            return length
    room = local(Array[u8, 8])
    form = cast(Ptr[u8], room)
    form[0] = u8(37)
    place: i64 = 1
    if precision >= 0:
        form[1] = u8(POINT)
        form[2] = u8(ZERO + precision // 10)
        form[3] = u8(ZERO + precision % 10)
        place = 4
    form[place] = u8(letter)
    form[place + 1] = u8(0)
    length = i64(write_double(out, NUMBER_ROOM, form, x))
    for at in range(length):  # whatever the locale has for a point
        if out[at] == COMMA:
            out[at] = u8(POINT)
    return length


@kernel
def with_point(out: Ptr[u8], length: i64) -> i64:
    """Put a point behind the first digits if there is none; how many bytes that makes."""
    place: i64 = 0
    while (
        place < length
        and out[place] != POINT
        and (out[place] < 65 or i64(out[place]) | CAPITAL == LETTER_X or out[place - 1] == LETTER_X)
    ):
        place += 1
    if place < length and out[place] == POINT:
        return length
    memory_move(out + place + 1, out + place, length - place)
    out[place] = u8(POINT)
    return length + 1


@kernel
def alternative_general(out: Ptr[u8], capital: i64, precision: i64, x: f64) -> i64:
    """Write a double as %#g: like %g, but zeros at the end stay; how many bytes."""
    digits = 6 if precision < 0 else max(precision, 1)
    length = plain_double(out, LETTER_E - capital, digits - 1, x)
    place = length - 1
    while out[place] >= ZERO and out[place] <= NINE:
        place -= 1
    exponent: i64 = 0
    for at in range(place + 1, length):
        exponent = exponent * 10 + i64(out[at]) - ZERO
    if out[place] == HYPHEN:
        exponent = -exponent
    if -4 <= exponent and exponent < digits:
        return plain_double(out, LETTER_F, digits - 1 - exponent, x)
    return length


@kernel
def add_double(buffer: Ptr[Buffer], d: Ptr[Directive], x: f64) -> bool:
    """Add a double (%a, %e, %f, %g and their like)."""
    room = local(Array[u8, NUMBER_ROOM])
    text = cast(Ptr[u8], room)
    prefix = local(Array[u8, 4])
    finite = x - x == 0.0
    small = d.letter | CAPITAL
    if finite and small == LETTER_G and d.flags & ALTERNATIVE != 0:
        length = alternative_general(text, small - d.letter, d.precision, x)
    else:
        length = plain_double(text, d.letter, d.precision, x)
    negative = text[0] == HYPHEN
    if negative:
        text = text + 1
        length -= 1
    before = write_sign(cast(Ptr[u8], prefix), d, negative)
    if not finite:
        d.flags &= ~ZEROS
    else:
        if d.flags & ALTERNATIVE != 0:
            length = with_point(text, length)
        if small == LETTER_A:  # zeros go behind 0x
            prefix[before] = text[0]
            prefix[before + 1] = text[1]
            before += 2
            text = text + 2
            length -= 2
    return lay_out(buffer, d, cast(Ptr[u8], prefix), before, text, length)
