"""Numbers as text: reading them as the language does, writing them as `tostring` does."""

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
    table,
    trunc,
    u8,
    u64,
)
from cupola.languages.lua.library.letters import DIGIT, HEX, SPACE, digit_of, is_in, lower_byte
from cupola.languages.lua.library.numbers import is_whole, whole
from cupola.runtime.values import double

NO_NUMERAL, WHOLE, REAL = range(3)  # what a text is
NUMBER_BYTES = 32  # every number as text has fewer
MOST_EXACT = 22  # powers of ten that doubles have exactly
EXACT = 1 << 53
LARGEST_TENTH = ((1 << 63) - 1) // 10
MINUS_ZERO = -(1 << 63)
PLAIN = 1e14  # whole numbers from here on are written with an exponent
POINT, PLUS, MINUS, ZERO, LETTER_N, LETTER_X, LETTER_E, LETTER_P = b".+-0nxep"
TENS = tuple(10.0**power for power in range(MOST_EXACT + 1))
PAIRS = b"".join(b"%02d" % number for number in range(100))

strtod = c_function("strtod", [Ptr[u8], Ptr[Ptr[u8]]], f64)
strfromd = c_function("strfromd", [Ptr[u8], u64, Ptr[u8], f64], i32)


@kernel
def read_number(text: Ptr[u8], length: i64) -> tuple[i64, i64]:
    """What a text is as a numeral with blanks around it: WHOLE and the number, REAL and the bits of the double, or
    NO_NUMERAL. A zero byte must follow the text."""
    place: i64 = 0
    while place < length and is_in(text[place], SPACE):
        place += 1
    end = length
    while end > place and is_in(text[end - 1], SPACE):
        end -= 1
    start = place
    negative = False
    if place < end and (text[place] == MINUS or text[place] == PLUS):
        negative = text[place] == MINUS
        place += 1
    if place + 1 < end and text[place] == ZERO and lower_byte(text[place + 1]) == LETTER_X:
        return read_hexadecimal(text, start, place + 2, end, negative)
    return read_decimal(text, start, place, end, negative)


@kernel
def read_hexadecimal(text: Ptr[u8], start: i64, first: i64, end: i64, negative: bool) -> tuple[i64, i64]:
    """The same for a text that has the digits from `first` to `end` after its sign and 0x: whole ones wrap around."""
    value: i64 = 0
    digits: i64 = 0
    place = first
    while place < end and is_in(text[place], HEX):
        value = (value << 4) | digit_of(text[place])
        digits += 1
        place += 1
    if place == end:
        return WHOLE if digits > 0 else NO_NUMERAL, -value if negative else value
    if text[place] == POINT:
        place += 1
        while place < end and is_in(text[place], HEX):
            digits += 1
            place += 1
    if digits == 0:
        return NO_NUMERAL, 0
    if place < end and lower_byte(text[place]) == LETTER_P:
        place = after_exponent(text, place + 1, end)
    if place != end:
        return NO_NUMERAL, 0
    return REAL, bits(i64, strtod(text + start, null(Ptr[Ptr[u8]])))


@kernel
def read_decimal(text: Ptr[u8], start: i64, first: i64, end: i64, negative: bool) -> tuple[i64, i64]:
    """The same for decimal digits from `first` on: whole ones that are too large are doubles."""
    value: i64 = 0
    fits = True
    digits: i64 = 0
    scale: i64 = 0
    place = first
    while place < end and is_in(text[place], DIGIT):
        digit = i64(text[place]) - ZERO
        if value < 0 or value > LARGEST_TENTH or (value == LARGEST_TENTH and digit > 7 + i64(negative)):
            fits = False
        else:
            value = i64(u64(value) * 10 + u64(digit))
        digits += 1
        place += 1
    if place == end and digits > 0 and fits:
        return WHOLE, i64(0 - u64(value)) if negative else value
    if place < end and text[place] == POINT:
        place += 1
        while place < end and is_in(text[place], DIGIT):
            if value < 0 or value >= LARGEST_TENTH:
                fits = False
            else:
                value = value * 10 + i64(text[place]) - ZERO
            digits += 1
            scale -= 1
            place += 1
    if digits == 0:
        return NO_NUMERAL, 0
    plain = fits and value < EXACT
    if place < end and lower_byte(text[place]) == LETTER_E:
        mark = place + 1
        place = after_exponent(text, mark, end)
        if place == end and end - mark <= 4:
            scale += small_exponent(text, mark, end)
        else:
            plain = False
    if place != end:
        return NO_NUMERAL, 0
    if plain and -MOST_EXACT <= scale <= MOST_EXACT:  # then one rounding makes the nearest double
        power = table(f64, TENS)[abs(scale)]
        number = f64(value) * power if scale >= 0 else f64(value) / power
        return REAL, bits(i64, -number if negative else number)
    return REAL, bits(i64, strtod(text + start, null(Ptr[Ptr[u8]])))


@kernel
def after_exponent(text: Ptr[u8], start: i64, end: i64) -> i64:
    """Where an exponent ends: a sign that may be missing, and digits; -1 if there are none."""
    place = start
    if place < end and (text[place] == MINUS or text[place] == PLUS):
        place += 1
    first = place
    while place < end and is_in(text[place], DIGIT):
        place += 1
    return place if place > first else -1


@kernel
def small_exponent(text: Ptr[u8], start: i64, end: i64) -> i64:
    """The value of an exponent of few digits."""
    value: i64 = 0
    place = start
    if text[place] == MINUS or text[place] == PLUS:
        place += 1
    while place < end:
        value = value * 10 + i64(text[place]) - ZERO
        place += 1
    return -value if text[start] == MINUS else value


@kernel
def write_whole(out: Ptr[u8], number: i64) -> i64:
    """Write an integer in decimal; how many bytes."""
    rest = u64(0 - u64(number)) if number < 0 else u64(number)
    room = local(Array[u8, NUMBER_BYTES])
    place: i64 = NUMBER_BYTES
    while rest >= 100:
        pair = i64(rest % 100)
        rest = rest // 100
        place -= 2
        memory_copy(cast(Ptr[u8], room) + place, table(u8, PAIRS) + 2 * pair, 2)
    if rest >= 10:
        place -= 2
        memory_copy(cast(Ptr[u8], room) + place, table(u8, PAIRS) + 2 * i64(rest), 2)
    else:
        place -= 1
        room[place] = u8(ZERO + i64(rest))
    if number < 0:
        place -= 1
        room[place] = u8(MINUS)
    memory_copy(out, cast(Ptr[u8], room) + place, NUMBER_BYTES - place)
    return NUMBER_BYTES - place


@kernel
def write_real(out: Ptr[u8], x: f64) -> i64:
    """Write a double as `tostring` does, with 14 digits at most; how many bytes."""
    length: i64 = 0
    if trunc(x) == x and abs(x) < PLAIN and bits(i64, x) != MINUS_ZERO:
        length = write_whole(out, i64(x))
    else:
        length = i64(strfromd(out, NUMBER_BYTES, table(u8, b"%.14g\0"), x))
        place: i64 = 0
        while place < length:
            byte = out[place]
            if byte != MINUS and not is_in(byte, DIGIT):
                return length  # it has a point, an exponent, or is no number
            place += 1
    out[length] = u8(POINT)
    out[length + 1] = u8(ZERO)
    return length + 2


@inline
def write_number(out: Ptr[u8], value: i64) -> i64:
    """Write a value that is a number, in less than NUMBER_BYTES; how many bytes."""
    return write_whole(out, whole(value)) if is_whole(value) else write_real(out, double(value))
