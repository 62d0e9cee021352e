"""string.find, string.match, string.gmatch, and what they share."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    address,
    c_function,
    cast,
    i32,
    i64,
    kernel,
    local,
    memory_compare,
    null,
    slow,
    table,
    u8,
    u32,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import GOOD, argument_or_nil, optional_whole, string_argument
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import INTERNAL, NativeKernel, native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.patterns.beginnings import ONE_OF, find_beginning
from cupola.languages.lua.library.patterns.items import CARET
from cupola.languages.lua.library.patterns.matcher import match
from cupola.languages.lua.library.patterns.sets import has
from cupola.languages.lua.library.patterns.state import (
    EXHAUSTED,
    MOST_CAPTURES,
    PLACE,
    Match,
    begin_at,
    is_open,
)
from cupola.languages.lua.library.strings import BYTES_A_STEP, start_place
from cupola.languages.lua.library.tails import values_of
from cupola.languages.lua.library.texts import make_text, string_of, text_value
from cupola.languages.lua.machine import AGAIN, NO_MEMORY, VM, fail
from cupola.runtime.heap.heap import allocate
from cupola.runtime.objects import NATIVE, NATIVE_VALUES, Native, String
from cupola.runtime.strings import string_bytes
from cupola.runtime.values import FUNCTION, NIL, integer, is_false, object_of, payload, reference

find_bytes = c_function("memmem", [Ptr[u8], u64, Ptr[u8], u64], Ptr[u8])
find_byte = c_function("memchr", [Ptr[u8], i32, u64], Ptr[u8])

SPECIAL = tuple(int(byte in b"^$*+?.([%-") for byte in range(256))
MOST_MISSES = 16
STATE_VALUES = 4
SOURCE, PATTERN, POSITION, LAST = range(STATE_VALUES)  # of the object of an iterator of string.gmatch


@kernel
def set_up_match(vm: Ptr[VM], m: Ptr[Match], source: Ptr[String], pattern: Ptr[String]) -> None:
    """Get ready to search."""
    m.source = string_bytes(source)
    m.end = m.source + source.length
    m.pattern = string_bytes(pattern)
    m.pattern_end = m.pattern + pattern.length
    m.steps = vm.library.allowance
    m.failure = 0


@slow
def failed_match(vm: Ptr[VM], m: Ptr[Match]) -> i64:
    """What a native function returns for a match that failed."""
    if m.failure == EXHAUSTED:
        return AGAIN
    return fail(vm, m.failure, m.detail, 0, 0)


@kernel
def search(m: Ptr[Match], start: Ptr[u8], pattern: Ptr[u8]) -> tuple[Ptr[u8], Ptr[u8]]:
    """Where the first match from a place on begins, and where it ends; null for none. `find_beginning` comes before."""
    s = start
    while True:
        if m.beginning >= 0:
            s = find_byte(s, i32(m.beginning), u64(m.end - s))
            if s == null(Ptr[u8]):
                return s, s
        elif m.beginning == ONE_OF:
            begun = s
            while s < m.end and not has(m.beginnings, s[0]):
                s = s + 1
            m.steps -= (s - begun) >> 3
            if s == m.end:
                return s, null(Ptr[u8])
        begin_at(m)
        end = match(m, s, pattern)
        if end != null(Ptr[u8]) or m.failure != 0:
            return s, end
        s = s + 1
        if s > m.end:
            return s, null(Ptr[u8])


@kernel
def is_literal(pattern: Ptr[String]) -> bool:
    """Whether all bytes of a pattern stand for themselves."""
    text = string_bytes(pattern)
    for place in range(pattern.length):
        if i64(table(u8, SPECIAL)[text[place]]) != 0:
            return False
    return True


@kernel
def capture_value(vm: Ptr[VM], m: Ptr[Match], number: i64, start: Ptr[u8], end: Ptr[u8]) -> i64:
    """A capture, or all of the match for the first one if there are none; NOTHING if there is no memory, or `failure`
    is set."""
    if number >= m.level:
        if unlikely(number != 0):
            m.failure = failures.NO_SUCH_CAPTURE
            m.detail = number + 1
            return NOTHING
        return make_text(vm, start, end - start)
    if unlikely(is_open(m, number)):
        m.failure = failures.OPEN_CAPTURE
        return NOTHING
    length = m.lengths[number]
    if length == PLACE:
        return integer(m.starts[number] - m.source + 1)
    return make_text(vm, m.starts[number], length)


@kernel
def give_captures(
    vm: Ptr[VM], m: Ptr[Match], out: Ptr[i64], start: Ptr[u8], end: Ptr[u8], whole: bool
) -> i64:
    """Store all captures, or all of the match if there are none and that is wanted: how many, or a status."""
    count = m.level
    if count == 0 and whole:
        count = 1
    if count == 1:
        value = capture_value(vm, m, 0, start, end)
        if unlikely(value == NOTHING):
            return failed_match(vm, m) if m.failure != 0 else NO_MEMORY
        out[0] = value
        return 1
    values = local(Array[i64, MOST_CAPTURES])
    for number in range(count):
        value = capture_value(vm, m, number, start, end)
        if unlikely(value == NOTHING):
            return failed_match(vm, m) if m.failure != 0 else NO_MEMORY
        values[number] = value
    for number in range(count):  # only now, as arguments lie there
        out[number] = values[number]
    return count


def make_search(name: str, find: bool) -> NativeKernel:
    """string.find and string.match."""

    @kernel
    def search_string(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """Where a pattern matches, or its captures."""
        source, status = string_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        pattern, status = string_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
        place, status = optional_whole(vm, args, count, 2, 1)
        if unlikely(status != GOOD):
            return status
        place = start_place(place, source.length)
        if place > source.length + 1:
            return give(args, NIL)
        start = string_bytes(source) + place - 1
        if find:
            if not is_false(argument_or_nil(args, count, 3)) or is_literal(pattern):
                return find_plain(vm, args, source, pattern, start)
        m = local(Match)
        set_up_match(vm, m, source, pattern)
        text = m.pattern
        end = null(Ptr[u8])
        if pattern.length > 0 and text[0] == CARET:
            begin_at(m)
            end = match(m, start, text + 1)
        else:
            find_beginning(m, text)
            start, end = search(m, start, text)
        if unlikely(m.failure != 0):
            return failed_match(vm, m)
        if end == null(Ptr[u8]):
            vm.library.allowance = m.steps
            return give(args, NIL)
        out = args - 3
        if find:
            out = args - 1
        found = give_captures(vm, m, out, start, end, not find)
        if unlikely(found < 0):
            return found
        vm.library.allowance = m.steps
        if find:
            args[-3] = integer(start - m.source + 1)
            args[-2] = integer(end - m.source)
            return found + 2
        return found

    return native("string", name)(search_string)


string_find, string_match = make_search("find", True), make_search("match", False)


@kernel
def find_text(start: Ptr[u8], left: i64, wanted: Ptr[u8], length: i64) -> Ptr[u8]:
    """Where bytes stand first, or null: where their first byte stands, the others are compared, and after some misses
    the C library searches, whose time does not depend on what the bytes are."""
    if length == 0:
        return start
    s = start
    end = start + left
    for _ in range(MOST_MISSES):
        if end - s < length:
            return null(Ptr[u8])
        s = find_byte(s, i32(wanted[0]), u64(end - s - length + 1))
        if s == null(Ptr[u8]) or memory_compare(s + 1, wanted + 1, length - 1) == 0:
            return s
        s = s + 1
    return find_bytes(s, u64(end - s), wanted, u64(length))


@kernel
def find_plain(vm: Ptr[VM], args: Ptr[i64], source: Ptr[String], wanted: Ptr[String], start: Ptr[u8]) -> i64:
    """Where bytes stand in a string."""
    left = string_bytes(source) + source.length - start
    if unlikely(vm.library.allowance < 0):
        return AGAIN
    found = find_text(start, left, string_bytes(wanted), wanted.length)
    if found == null(Ptr[u8]):
        vm.library.allowance -= left // BYTES_A_STEP
        return give(args, NIL)
    vm.library.allowance -= (found - start) // BYTES_A_STEP
    place = found - string_bytes(source)
    args[-3] = integer(place + 1)
    args[-2] = integer(place + wanted.length)
    return 2


@kernel
def native_like(vm: Ptr[VM], function: i64, values: i64) -> i64:
    """A native function like another one, with so many values of its own; NOTHING if there is no memory for it."""
    model = cast(Ptr[Native], object_of(function))
    made = cast(Ptr[Native], allocate(vm.heap, NATIVE, NATIVE_VALUES + values * 8))
    if unlikely(made == null(Ptr[Native])):
        return NOTHING
    made.header.extra = u32(values)
    made.code = model.code
    made.function = model.function
    made.number = model.number
    made.name = model.name
    return reference(FUNCTION, address(made))


@native("string", "gmatch", values=1)
@kernel
def string_gmatch(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """An iterator over all matches: a native function like the first value of this one, with values of its own."""
    source, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    pattern, status = string_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    place, status = optional_whole(vm, args, count, 2, 1)
    if unlikely(status != GOOD):
        return status
    place = min(start_place(place, source.length) - 1, source.length + 1)
    value = native_like(vm, values_of(args[-3])[0], STATE_VALUES)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    state = values_of(value)
    state[SOURCE] = text_value(source)
    state[PATTERN] = text_value(pattern)
    state[POSITION] = integer(place)
    state[LAST] = integer(-1)
    return give(args, value)


@native(INTERNAL, "gmatch_next")
@kernel
def gmatch_next(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The captures of the next match, which does not end where the last one did."""
    state = values_of(args[-3])
    source = string_of(state[SOURCE])
    m = local(Match)
    set_up_match(vm, m, source, string_of(state[PATTERN]))
    s = m.source + payload(state[POSITION])
    last = m.source + payload(state[LAST])
    find_beginning(m, m.pattern)
    while s <= m.end:
        start, end = search(m, s, m.pattern)
        if unlikely(m.failure != 0):
            return failed_match(vm, m)
        if end == null(Ptr[u8]):
            break
        if end != last:
            found = give_captures(vm, m, args - 3, start, end, True)
            if unlikely(found < 0):
                return found
            vm.library.allowance = m.steps
            state[POSITION] = integer(end - m.source)
            state[LAST] = integer(end - m.source)
            return found
        s = start + 1
    vm.library.allowance = m.steps
    state[POSITION] = integer(source.length + 1)
    return 0
