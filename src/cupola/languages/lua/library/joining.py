"""table.concat: first the length of the whole text is counted, then it is written."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, memory_copy, null, u8, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    is_given,
    optional_whole,
    string_argument,
    table_of,
    whole_argument,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.sequences import RAW, call_with_places, sequence_argument
from cupola.languages.lua.library.strings import BYTES_A_STEP
from cupola.languages.lua.library.texts import SHORT_ROOM, begin_text, give_text, is_string, string_of
from cupola.languages.lua.machine import AGAIN, NO_MEMORY, VM, fail
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import Table
from cupola.runtime.strings import string_bytes
from cupola.runtime.tables import table_get_integer, table_length


@native("table", "concat", values=1)
@kernel
def table_concat(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """All strings and numbers from a place to another as one string, with another one in between."""
    kind = sequence_argument(vm, args, count, 0)
    if unlikely(kind != RAW):
        return kind if kind < 0 else call_with_places(vm, args, count, 2, 3)
    t = table_of(args[0])
    between = null(Ptr[u8])
    between_length: i64 = 0
    if is_given(args, count, 1):
        string, status = string_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
        between = string_bytes(string)
        between_length = string.length
    first, status = optional_whole(vm, args, count, 2, 1)
    if unlikely(status != GOOD):
        return status
    last: i64 = 0
    if is_given(args, count, 3):
        last, status = whole_argument(vm, args, count, 3)
        if unlikely(status != GOOD):
            return status
    else:
        last = table_length(t)
    if first == last and is_string(table_get_integer(t, first)):
        return give(args, table_get_integer(t, first))
    total, wrong = concat_length(vm, t, first, last, between_length)
    if unlikely(wrong != NOTHING):
        return wrong
    if unlikely(total < 0):
        return NO_MEMORY if total == -1 else AGAIN
    room = local(Array[u8, SHORT_ROOM])
    text = begin_text(vm, cast(Ptr[u8], room), total)
    if unlikely(text == null(Ptr[u8])):
        return NO_MEMORY
    out = text
    at = first
    while at <= last:
        value = table_get_integer(t, at)
        if is_string(value):
            memory_copy(out, string_bytes(string_of(value)), string_of(value).length)
            out = out + string_of(value).length
        else:
            out = out + write_text(out, value)
        if at == last:
            break
        memory_copy(out, between, between_length)
        out = out + between_length
        at += 1
    return give_text(vm, args, text, total)


@kernel
def write_text(out: Ptr[u8], value: i64) -> i64:
    """Write a number where no more bytes may be touched than it has; how many."""
    room = local(Array[u8, NUMBER_BYTES])
    length = write_number(cast(Ptr[u8], room), value)
    memory_copy(out, cast(Ptr[u8], room), length)
    return length


@kernel
def concat_length(vm: Ptr[VM], t: Ptr[Table], first: i64, last: i64, between: i64) -> tuple[i64, i64]:
    """How many bytes there will be (-2 if that takes too long), and NOTHING, or a status."""
    room = local(Array[u8, NUMBER_BYTES])
    total: i64 = 0
    left = vm.library.allowance
    at = first
    while at <= last:
        value = table_get_integer(t, at)
        if is_string(value):
            length = string_of(value).length
            total += length + between
            left -= 2 + length // BYTES_A_STEP
        elif is_number(value):
            total += write_number(cast(Ptr[u8], room), value) + between
            left -= 8
        else:
            return 0, fail(vm, failures.CONCAT_VALUE, value, at, 0)
        if unlikely(left < 0):
            return -2, NOTHING
        if at == last:
            total -= between
            break
        at += 1
    vm.library.allowance = left
    return total, NOTHING
