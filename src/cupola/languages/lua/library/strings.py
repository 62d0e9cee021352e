"""The functions of the library `string` that look at bytes only."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    cast,
    i64,
    inline,
    kernel,
    likely,
    local,
    memory_copy,
    memory_fill,
    null,
    slow,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    optional_whole,
    string_argument,
    whole_argument,
    wrong_argument,
)
from cupola.languages.lua.library.natives import NativeKernel, native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.tails import charge, has_room
from cupola.languages.lua.library.texts import (
    SHORT_ROOM,
    begin_text,
    give_string,
    give_text,
    is_string,
    string_of,
    text_value,
)
from cupola.languages.lua.machine import AGAIN, GROW, NO_MEMORY, VM, fail
from cupola.runtime.strings import string_bytes
from cupola.runtime.values import NIL, integer, is_integer, payload

MOST_BYTES = (1 << 31) - 1  # of a string that string.rep makes
MOST_RESULTS = 1_000_000 - 200  # a stack has no more cells
BYTES_A_STEP = 16
CAPITAL_A, SMALL_A, LETTERS, CASE = 65, 97, 26, 32


@inline
def start_place(place: i64, length: i64) -> i64:
    """A place in a string where a slice starts, counted from 1, as one that is at least 1: negative ones count from
    the end."""
    if place > 0:
        return place
    return 1 if place == 0 or place < -length else length + place + 1


@inline
def end_place(place: i64, length: i64) -> i64:
    """A place in a string where a slice ends, as one that is at most its length."""
    if place > length:
        return length
    if place >= 0:
        return place
    return 0 if place < -length else length + place + 1


@native("string", "len")
@kernel
def string_len(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The number of bytes."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    return give(args, integer(string.length))


@native("string", "sub")
@kernel
def string_sub(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The bytes from a place to another."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    start, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    end, status = optional_whole(vm, args, count, 2, -1)
    if unlikely(status != GOOD):
        return status
    start = start_place(start, string.length)
    end = end_place(end, string.length)
    if start == 1 and end == string.length:
        return give(args, text_value(string))
    return give_string(vm, args, string_bytes(string) + start - 1, max(end - start + 1, 0))


@native("string", "byte")
@kernel
def string_byte(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The bytes from a place to another, as numbers."""
    if likely(count == 2):  # what there is to do for one byte is worth no more than a few instructions
        if likely(is_string(args[0]) and is_integer(args[1])):
            place = payload(args[1]) - 1
            string = string_of(args[0])
            if likely(u64(place) < u64(string.length)):
                return give(args, integer(i64(string_bytes(string)[place])))
    return some_bytes(vm, args, count)


@slow
def some_bytes(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The same, for any arguments."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    given, status = optional_whole(vm, args, count, 1, 1)
    if unlikely(status != GOOD):
        return status
    start = start_place(given, string.length)
    end, status = optional_whole(vm, args, count, 2, given)
    if unlikely(status != GOOD):
        return status
    end = end_place(end, string.length)
    if start > end:
        return 0
    length = end - start + 1
    if unlikely(length > MOST_RESULTS):
        return fail(vm, failures.SLICE_TOO_LONG, 0, 0, 0)
    if unlikely(not has_room(vm, args, length)):
        return GROW
    text = string_bytes(string) + start - 1
    for place in range(length):
        args[place - 3] = integer(i64(text[place]))
    return length


@native("string", "char")
@kernel
def string_char(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The string of bytes that are given as numbers."""
    room = local(Array[u8, SHORT_ROOM])
    text = begin_text(vm, cast(Ptr[u8], room), count)
    if unlikely(text == null(Ptr[u8])):
        return NO_MEMORY
    for place in range(count):
        byte, status = whole_argument(vm, args, count, place)
        if unlikely(status != GOOD):
            return status
        if unlikely(byte & 255 != byte):
            return wrong_argument(vm, place, failures.OUT_OF_RANGE)
        text[place] = u8(byte)
    return give_text(vm, args, text, count)


@native("string", "rep")
@kernel
def string_rep(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A string several times, with another one in between."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    times, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    length = string.length
    between = string
    between_length: i64 = 0
    if count > 2 and args[2] != NIL:
        between, status = string_argument(vm, args, count, 2)
        if unlikely(status != GOOD):
            return status
        between_length = between.length
    if times <= 0:
        return give_string(vm, args, string_bytes(string), 0)
    if unlikely(length + between_length > MOST_BYTES // times):
        return fail(vm, failures.TOO_LARGE, 0, 0, 0)
    unit = length + between_length
    total = unit * times - between_length
    if unlikely(not charge(vm, total // BYTES_A_STEP)):
        return AGAIN
    room = local(Array[u8, SHORT_ROOM])
    text = begin_text(vm, cast(Ptr[u8], room), total)
    if unlikely(text == null(Ptr[u8])):
        return NO_MEMORY
    if total > 0:
        repeat(text, total, string_bytes(string), length, string_bytes(between), between_length)
    return give_text(vm, args, text, total)


@kernel
def repeat(
    text: Ptr[u8], total: i64, string: Ptr[u8], length: i64, between: Ptr[u8], between_length: i64
) -> None:
    """Fill `total` bytes with a string and one in between: what is done is copied, and grows twofold."""
    if length == 1 and between_length == 0:
        memory_fill(text, string[0], total)
        return
    memory_copy(text, string, length)
    done = length
    if done < total:
        memory_copy(text + done, between, between_length)
        done += between_length
    while done < total:
        more = min(done, total - done)
        memory_copy(text + done, text, more)
        done += more


def make_mapped(name: str, first: int) -> NativeKernel:
    """string.lower and string.upper: letters from `first` on are changed."""

    @kernel
    def mapped(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """A string with other letters."""
        string, status = string_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        length = string.length
        if unlikely(not charge(vm, length // BYTES_A_STEP)):
            return AGAIN
        room = local(Array[u8, SHORT_ROOM])
        text = begin_text(vm, cast(Ptr[u8], room), length)
        if unlikely(text == null(Ptr[u8])):
            return NO_MEMORY
        source = string_bytes(string)
        for place in range(length):
            byte = source[place]
            text[place] = u8(byte ^ CASE) if u8(byte - first) < LETTERS else byte
        return give_text(vm, args, text, length)

    return native("string", name)(mapped)


string_lower, string_upper = make_mapped("lower", CAPITAL_A), make_mapped("upper", SMALL_A)


@native("string", "reverse")
@kernel
def string_reverse(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A string from its end to its start."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    length = string.length
    if unlikely(not charge(vm, length // BYTES_A_STEP)):
        return AGAIN
    room = local(Array[u8, SHORT_ROOM])
    text = begin_text(vm, cast(Ptr[u8], room), length)
    if unlikely(text == null(Ptr[u8])):
        return NO_MEMORY
    source = string_bytes(string)
    for place in range(length):
        text[place] = source[length - 1 - place]
    return give_text(vm, args, text, length)
