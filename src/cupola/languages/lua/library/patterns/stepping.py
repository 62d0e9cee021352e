"""string.gsub where the prelude calls functions of the guest: a native function that goes from match to match.

It has all that is known in its own values. What was replaced so far lies at the start of a string that nobody else
knows, and that grows.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, memory_copy, null, u8, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import INTERNAL, native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.patterns.beginnings import find_beginning
from cupola.languages.lua.library.patterns.items import CARET
from cupola.languages.lua.library.patterns.matcher import match
from cupola.languages.lua.library.patterns.searching import (
    failed_match,
    give_captures,
    native_like,
    search,
    set_up_match,
)
from cupola.languages.lua.library.patterns.state import Match, begin_at
from cupola.languages.lua.library.tails import values_of
from cupola.languages.lua.library.texts import is_string, make_text, string_of, text_value
from cupola.languages.lua.machine import NO_MEMORY, VM, fail
from cupola.runtime.heap.heap import barrier
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import LONGEST_INTERNED, String
from cupola.runtime.strings import new_string, string_bytes
from cupola.runtime.values import NIL, integer, is_false, object_of, payload

# The values of the function. Places count from 0; the present match is from START to END, START is NONE before the
# first one; up to COPIED, the source is in TEXT, of which LENGTH bytes are used, or which is nil.
STEP_VALUES = 9
SOURCE, PATTERN, START, END, COPIED, TEXT, LENGTH, DONE, MOST = range(STEP_VALUES)
NONE = -1
LEAST_ROOM = 200  # bytes; more than strings that are interned have


@native(INTERNAL, "gsub_steps")
@kernel
def gsub_steps(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """gsub_steps(source, pattern, most, gsub_step): a function like `gsub_step` that replaces matches."""
    value = native_like(vm, args[3], STEP_VALUES)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    state = values_of(value)
    state[SOURCE] = args[0]
    state[PATTERN] = args[1]
    state[START] = integer(NONE)
    state[END] = integer(0)
    state[COPIED] = integer(0)
    state[TEXT] = NIL
    state[LENGTH] = integer(0)
    state[DONE] = integer(0)
    state[MOST] = args[2]
    return give(args, value)


@kernel
def text_of(value: i64, room: Ptr[u8]) -> tuple[Ptr[u8], i64]:
    """The bytes of a string or a number, perhaps in `room`, and how many."""
    if is_string(value):
        return string_bytes(string_of(value)), string_of(value).length
    return room, write_number(room, value)


@kernel
def append_to(vm: Ptr[VM], itself: i64, used: i64, more: Ptr[u8], length: i64) -> bool:
    """Write bytes behind the first `used` ones of TEXT, which grows for it; False if there is no memory."""
    state = values_of(itself)
    room: i64 = -1
    if state[TEXT] != NIL:
        room = string_of(state[TEXT]).length
    if unlikely(used + length > room):
        made = new_string(vm.heap, max(2 * (used + length), LEAST_ROOM))
        if unlikely(made == null(Ptr[String])):
            return False
        if used > 0:
            memory_copy(string_bytes(made), string_bytes(string_of(state[TEXT])), used)
        state[TEXT] = text_value(made)
        barrier(vm.heap, object_of(itself))
    memory_copy(string_bytes(string_of(state[TEXT])) + used, more, length)
    return True


assert LEAST_ROOM > LONGEST_INTERNED


@kernel
def find_next(vm: Ptr[VM], m: Ptr[Match], state: Ptr[i64], done: i64) -> tuple[Ptr[u8], Ptr[u8]]:
    """Where the match behind the present one is, which does not end where that ends; null if there is none."""
    nowhere = null(Ptr[u8])
    s = m.source + payload(state[END])
    last = nowhere if payload(state[START]) == NONE else s
    if done >= payload(state[MOST]):
        return nowhere, nowhere
    if m.pattern < m.pattern_end and m.pattern[0] == CARET:
        if last != nowhere:
            return nowhere, nowhere
        begin_at(m)
        return s, match(m, s, m.pattern + 1)
    find_beginning(m, m.pattern)
    while s <= m.end:
        s, end = search(m, s, m.pattern)
        if end != last or end == nowhere:
            return s, end
        s = s + 1
    return nowhere, nowhere


@native(INTERNAL, "gsub_step")
@kernel
def gsub_step(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """gsub_step(value): put a value in the place of the present match, and go on to the next one: its captures, or nil,
    the whole text, and how many matches there were. A value that is false leaves the match as it is."""
    itself = args[-3]
    state = values_of(itself)
    source = string_bytes(string_of(state[SOURCE]))
    copied = payload(state[COPIED])
    length = payload(state[LENGTH])
    done = payload(state[DONE])
    if payload(state[START]) != NONE:
        done += 1
        value = args[0]
        if not is_false(value):
            if unlikely(not is_string(value) and not is_number(value)):
                return fail(vm, failures.BAD_VALUE, value, 0, 0)
            kept = payload(state[START]) - copied
            text, more = text_of(value, cast(Ptr[u8], local(Array[u8, NUMBER_BYTES])))
            if unlikely(not append_to(vm, itself, length, source + copied, kept)):
                return NO_MEMORY
            if unlikely(not append_to(vm, itself, length + kept, text, more)):
                return NO_MEMORY
            length += kept + more
            copied = payload(state[END])
    m = local(Match)
    set_up_match(vm, m, string_of(state[SOURCE]), string_of(state[PATTERN]))
    start, end = find_next(vm, m, state, done)
    if unlikely(m.failure != 0):
        return failed_match(vm, m)
    found: i64 = 3
    if end != null(Ptr[u8]):
        found = give_captures(vm, m, args - 3, start, end, True)
        if unlikely(found < 0):
            return found
        state[COPIED] = integer(copied)
        state[LENGTH] = integer(length)
        state[DONE] = integer(done)
        state[START] = integer(start - source)
        state[END] = integer(end - source)
    else:
        made = state[SOURCE]
        if state[TEXT] != NIL:
            rest = string_of(state[SOURCE]).length - copied
            if unlikely(not append_to(vm, itself, length, source + copied, rest)):
                return NO_MEMORY
            made = make_text(vm, string_bytes(string_of(state[TEXT])), length + rest)
            if unlikely(made == NOTHING):
                return NO_MEMORY
        args[-3] = NIL
        args[-2] = made
        args[-1] = integer(done)
    vm.library.allowance = m.steps
    return found


@native(INTERNAL, "gsub_captures")
@kernel
def gsub_captures(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """gsub_captures(step): all captures of the present match of a function that `gsub_steps` has made."""
    state = values_of(args[0])
    m = local(Match)
    set_up_match(vm, m, string_of(state[SOURCE]), string_of(state[PATTERN]))
    begin_at(m)
    first = m.pattern
    if first[0] == CARET:
        first = first + 1
    start = m.source + payload(state[START])
    end = match(m, start, first)
    if unlikely(m.failure != 0):
        return failed_match(vm, m)
    return give_captures(vm, m, args - 3, start, end, True)
