"""string.gsub: by a string or a table natively; functions, and tables with metatables, are the prelude's."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, null, u8, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    argument,
    is_table,
    optional_whole,
    string_argument,
    table_of,
    wrong_type,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.patterns.beginnings import find_beginning
from cupola.languages.lua.library.patterns.items import CARET, PER_CENT
from cupola.languages.lua.library.patterns.matcher import NINE, ONE, ZERO, match
from cupola.languages.lua.library.patterns.searching import (
    capture_value,
    failed_match,
    search,
    set_up_match,
)
from cupola.languages.lua.library.patterns.state import PLACE, Match, begin_at, is_open
from cupola.languages.lua.library.tails import call_attached
from cupola.languages.lua.library.texts import begin_here, is_string, string_of, text_value
from cupola.languages.lua.machine import NO_MEMORY, VM
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import String, Table
from cupola.runtime.strings import Buffer, append, append_byte, finish, string_bytes
from cupola.runtime.tables import table_get
from cupola.runtime.values import FUNCTION, integer, is_false, tag_of

ROOM = 1024  # bytes of a text that is made without memory of the heap

# What `add_...` return: there is no memory, all went well, or `failure` of the match is set.
FULL, ADDED, BROKEN = 0, 1, 2


@native("string", "gsub", values=1)
@kernel
def string_gsub(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A string in which matches are replaced, and how many; the attached function gets (source, pattern, replacement,
    most or nil) if guest code must be called."""
    source, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    pattern, status = string_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    replacement = argument(args, count, 2)
    by_table = is_table(replacement)
    by_text = is_string(replacement) or is_number(replacement)
    if unlikely(not by_text and not by_table and tag_of(replacement) != FUNCTION):
        return wrong_type(vm, args, count, 2, failures.REPLACEMENT)
    most, status = optional_whole(vm, args, count, 3, source.length + 1)
    if unlikely(status != GOOD):
        return status
    if not by_text and (not by_table or table_of(replacement).metatable != null(Ptr[Table])):
        args[0] = text_value(source)
        args[1] = text_value(pattern)
        args[3] = integer(min(max(most, 0), source.length + 1))
        return call_attached(vm, args, 4)
    if by_text:
        text, status = string_argument(vm, args, count, 2)
        if unlikely(status != GOOD):
            return status
        replacement = text_value(text)
    return replace_all(vm, args, source, pattern, replacement, most)


@kernel
def replace_all(
    vm: Ptr[VM], args: Ptr[i64], source: Ptr[String], pattern: Ptr[String], replacement: i64, most: i64
) -> i64:
    """The same when nothing of the guest is called."""
    m = local(Match)
    set_up_match(vm, m, source, pattern)
    first = m.pattern
    anchored = pattern.length > 0 and first[0] == CARET
    if anchored:
        first = first + 1
    else:
        find_beginning(m, first)
    buffer = local(Buffer)
    begin_here(buffer, vm.heap, cast(Ptr[u8], local(Array[u8, ROOM])), ROOM)
    done: i64 = 0
    changed = False
    s = m.source
    copied = s
    last = null(Ptr[u8])
    while done < most:
        if anchored:
            begin_at(m)
            end = match(m, s, first)
        else:
            s, end = search(m, s, first)
        if unlikely(m.failure != 0):
            return failed_match(vm, m)
        if end == null(Ptr[u8]):
            break
        if end != last:
            done += 1
            m.steps -= 4
            value = replacement
            if not is_string(replacement):
                key = capture_value(vm, m, 0, s, end)
                if unlikely(key == NOTHING):
                    return failed_match(vm, m) if m.failure != 0 else NO_MEMORY
                value = table_get(vm.heap, table_of(replacement), key)
            if not is_false(value):
                changed = True
                if not append(buffer, copied, s - copied):
                    return NO_MEMORY
                found = add_value(vm, m, buffer, s, end, value, is_string(replacement))
                if unlikely(found != ADDED):
                    return failed_match(vm, m) if found == BROKEN else NO_MEMORY
                copied = end
            s = end
            last = end
        else:
            s = s + 1
        if anchored or s > m.end:
            break
    result = source
    if changed:
        if copied < m.end and not append(buffer, copied, m.end - copied):
            return NO_MEMORY
        result = finish(buffer)
        if unlikely(result == null(Ptr[String])):
            return NO_MEMORY
    vm.library.allowance = m.steps
    args[-3] = text_value(result)
    args[-2] = integer(done)
    return 2


@kernel
def add_value(
    vm: Ptr[VM], m: Ptr[Match], buffer: Ptr[Buffer], start: Ptr[u8], end: Ptr[u8], value: i64, is_text: bool
) -> i64:
    """Add what replaces a match: a text with captures, or a value of a table."""
    if is_text:
        return add_text(vm, m, buffer, start, end, string_of(value))
    if is_string(value):
        return i64(append(buffer, string_bytes(string_of(value)), string_of(value).length))
    if is_number(value):
        return add_number(buffer, value)
    m.failure = failures.BAD_VALUE
    m.detail = value
    return BROKEN


@kernel
def add_number(buffer: Ptr[Buffer], value: i64) -> i64:
    """Add a number as text."""
    room = local(Array[u8, NUMBER_BYTES])
    return i64(append(buffer, cast(Ptr[u8], room), write_number(cast(Ptr[u8], room), value)))


@kernel
def add_text(
    vm: Ptr[VM], m: Ptr[Match], buffer: Ptr[Buffer], start: Ptr[u8], end: Ptr[u8], text: Ptr[String]
) -> i64:
    """Add a text in which %1 and its like stand for captures."""
    p = string_bytes(text)
    text_end = p + text.length
    while p < text_end:
        byte = p[0]
        p = p + 1
        if byte == PER_CENT:
            byte = p[0]
            if byte == ZERO and p < text_end:
                p = p + 1
                if not append(buffer, start, end - start):
                    return FULL
                continue
            if ONE <= byte and byte <= NINE:
                p = p + 1
                found = add_capture(m, buffer, i64(byte) - ONE, start, end)
                if unlikely(found != ADDED):
                    return found
                continue
            if unlikely(byte != PER_CENT or p == text_end):
                m.failure = failures.BAD_REPLACEMENT
                return BROKEN
            p = p + 1
        if not append_byte(buffer, byte):
            return FULL
    return ADDED


@kernel
def add_capture(m: Ptr[Match], buffer: Ptr[Buffer], number: i64, start: Ptr[u8], end: Ptr[u8]) -> i64:
    """Add the text of a capture; %1 is all of the match if there are none."""
    if number >= m.level:
        if unlikely(number != 0):
            m.failure = failures.NO_SUCH_CAPTURE
            m.detail = number + 1
            return BROKEN
        return i64(append(buffer, start, end - start))
    if unlikely(is_open(m, number)):
        m.failure = failures.OPEN_CAPTURE
        return BROKEN
    length = m.lengths[number]
    if length == PLACE:
        return add_number(buffer, integer(m.starts[number] - m.source + 1))
    return i64(append(buffer, m.starts[number], length))
