"""The library `utf8`."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, bits, cast, f64, i64, inline, kernel, local, null, table, u8, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    argument_or_nil,
    numeral,
    optional_whole,
    string_argument,
    whole_argument,
    wrong_argument,
)
from cupola.languages.lua.library.natives import INTERNAL, native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.numerals import REAL, WHOLE
from cupola.languages.lua.library.strings import MOST_RESULTS
from cupola.languages.lua.library.tails import charge, has_room, values_of
from cupola.languages.lua.library.texts import give_string, text_value
from cupola.languages.lua.machine import AGAIN, GROW, NO_MEMORY, VM, fail
from cupola.runtime.numbers.kinds import exact_integer
from cupola.runtime.objects import String
from cupola.runtime.strings import Buffer, append, begin, finish, string_bytes
from cupola.runtime.values import NIL, integer, is_false

MOST_CODE, MOST_UNICODE = 0x7FFFFFFF, 0x10FFFF
FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF
CODE_BYTES = 8
LEAST = (0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000)  # the least number that so many bytes may stand for


@inline
def is_continuation(byte: u8) -> bool:
    """Whether a byte belongs to a character that began before."""
    return byte & 0xC0 == 0x80


@kernel
def encode(out: Ptr[u8], code: i64) -> i64:
    """Write the bytes of a character, in up to six bytes; how many."""
    if code < 0x80:
        out[0] = u8(code)
        return 1
    count: i64 = 2
    while count < 6 and code >= 1 << (5 * count + 1):
        count += 1
    rest = code
    at = count - 1
    while at > 0:
        out[at] = u8(0x80 | (rest & 0x3F))
        rest = rest >> 6
        at -= 1
    out[0] = u8((0xFF00 >> count) | rest)
    return count


@kernel
def decode(text: Ptr[u8], lax: bool) -> tuple[i64, i64]:
    """The number of a character, and how many bytes it takes: 0 if it is none. A zero byte must follow the text."""
    first = i64(text[0])
    if first < 0x80:
        return first, 1
    if first < 0xC0 or first >= 0xFE:
        return 0, 0
    count: i64 = 2
    while first & (0x80 >> count) != 0:
        count += 1
    code = first & (0x7F >> count)
    for at in range(1, count):
        if not is_continuation(text[at]):
            return 0, 0
        code = code << 6 | (i64(text[at]) & 0x3F)
    if code < table(i64, LEAST)[count]:
        return 0, 0
    if not lax and (code > MOST_UNICODE or (code >= FIRST_SURROGATE and code <= LAST_SURROGATE)):
        return 0, 0
    return code, count


@inline
def relative(place: i64, length: i64) -> i64:
    """A place, counted from the end if it is negative; 0 if it is before the start then."""
    if place >= 0:
        return place
    return 0 if place < -length else length + place + 1


@native("utf8", "char")
@kernel
def utf8_char(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The string of characters that are given as numbers."""
    room = local(Array[u8, CODE_BYTES])
    text = cast(Ptr[u8], room)
    if count == 1:
        code, status = whole_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        if unlikely(code < 0 or code > MOST_CODE):
            return wrong_argument(vm, 0, failures.OUT_OF_RANGE)
        return give_string(vm, args, text, encode(text, code))
    buffer = local(Buffer)
    if unlikely(not begin(buffer, vm.heap, 4 * count)):
        return NO_MEMORY
    for place in range(count):
        code, status = whole_argument(vm, args, count, place)
        if unlikely(status != GOOD):
            return status
        if unlikely(code < 0 or code > MOST_CODE):
            return wrong_argument(vm, place, failures.OUT_OF_RANGE)
        if unlikely(not append(buffer, text, encode(text, code))):
            return NO_MEMORY
    made = finish(buffer)
    return NO_MEMORY if made == null(Ptr[String]) else give(args, text_value(made))


@native("utf8", "codepoint")
@kernel
def utf8_codepoint(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The numbers of the characters that begin between two places."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    length = string.length
    first, status = optional_whole(vm, args, count, 1, 1)
    if unlikely(status != GOOD):
        return status
    first = relative(first, length)
    last, status = optional_whole(vm, args, count, 2, first)
    if unlikely(status != GOOD):
        return status
    last = relative(last, length)
    lax = not is_false(argument_or_nil(args, count, 3))
    if unlikely(first < 1):
        return wrong_argument(vm, 1, failures.OUT_OF_BOUNDS)
    if unlikely(last > length):
        return wrong_argument(vm, 2, failures.OUT_OF_BOUNDS)
    if first > last:
        return 0
    if unlikely(last - first >= MOST_RESULTS):
        return fail(vm, failures.SLICE_TOO_LONG, 0, 0, 0)
    if unlikely(not has_room(vm, args, last - first + 1)):
        return GROW
    text = string_bytes(string)
    at = first - 1
    while at < last:
        _, size = decode(text + at, lax)
        if unlikely(size == 0):
            return fail(vm, failures.BAD_CODE, 0, 0, 0)
        at += size
    found: i64 = 0  # only now, as the frame lies where results go
    at = first - 1
    while at < last:
        code, size = decode(text + at, lax)
        args[found - 3] = integer(code)
        found += 1
        at += size
    return found


@native("utf8", "len")
@kernel
def utf8_len(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """How many characters begin between two places, or nil and where a byte is wrong."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    length = string.length
    first, status = optional_whole(vm, args, count, 1, 1)
    if unlikely(status != GOOD):
        return status
    last, status = optional_whole(vm, args, count, 2, -1)
    if unlikely(status != GOOD):
        return status
    lax = not is_false(argument_or_nil(args, count, 3))
    at = relative(first, length) - 1
    end = relative(last, length) - 1
    if unlikely(at < 0 or at > length):
        return wrong_argument(vm, 1, failures.INITIAL_POSITION)
    if unlikely(end >= length):
        return wrong_argument(vm, 2, failures.FINAL_POSITION)
    if unlikely(not charge(vm, end - at)):
        return AGAIN
    text = string_bytes(string)
    found: i64 = 0
    while at <= end:
        _, size = decode(text + at, lax)
        if unlikely(size == 0):
            args[-3] = NIL
            args[-2] = integer(at + 1)
            return 2
        at += size
        found += 1
    return give(args, integer(found))


@native("utf8", "offset")
@kernel
def utf8_offset(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Where the n-th character from a place on begins."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    length = string.length
    number, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    start, status = optional_whole(vm, args, count, 2, 1 if number >= 0 else length + 1)
    if unlikely(status != GOOD):
        return status
    at = relative(start, length) - 1
    if unlikely(at < 0 or at > length):
        return wrong_argument(vm, 2, failures.POSITION)
    text = string_bytes(string)
    if number == 0:
        while at > 0 and is_continuation(text[at]):
            at -= 1
        return give(args, integer(at + 1))
    if unlikely(is_continuation(text[at])):
        return fail(vm, failures.CONTINUATION, 0, 0, 0)
    while number < 0 and at > 0:
        at -= 1
        while at > 0 and is_continuation(text[at]):
            at -= 1
        number += 1
    if number > 0:
        number -= 1
        while number > 0 and at < length:
            at += 1
            while is_continuation(text[at]):
                at += 1
            number -= 1
    return give(args, integer(at + 1) if number == 0 else NIL)


@native("utf8", "codes", values=2)
@kernel
def utf8_codes(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What a loop over all characters needs: an iterator (the first value of this function, or for lax ones the
    second), the string, 0."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    lax = not is_false(argument_or_nil(args, count, 1))
    args[-3] = values_of(args[-3])[i64(lax)]
    args[-2] = text_value(string)
    args[-1] = integer(0)
    return 3


@inline
def place_after(value: i64) -> i64:
    """Where the iterator goes on: what is no integer counts as 0, as in lua5.4."""
    kind, number = numeral(value)
    place: i64 = 0
    if kind == WHOLE:
        place = number
    elif kind == REAL:
        place, _ = exact_integer(bits(f64, number))
    return place


@kernel
def next_code(vm: Ptr[VM], args: Ptr[i64], count: i64, lax: bool) -> i64:
    """The next character of a string: its place and number; nothing at the end."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    text = string_bytes(string)
    at = place_after(argument_or_nil(args, count, 1))
    while at >= 0 and at < string.length and is_continuation(text[at]):
        at += 1
    if at < 0 or at >= string.length:
        return 0
    code, size = decode(text + at, lax)
    if unlikely(size == 0):
        return fail(vm, failures.BAD_CODE, 0, 0, 0)
    args[-3] = integer(at + 1)
    args[-2] = integer(code)
    return 2


@native(INTERNAL, "utf8_next")
@kernel
def utf8_next(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The iterator of utf8.codes."""
    return next_code(vm, args, count, False)


@native(INTERNAL, "utf8_next_lax")
@kernel
def utf8_next_lax(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The lax one."""
    return next_code(vm, args, count, True)
