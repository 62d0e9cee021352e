"""Concatenation of several values, from the right."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, address, cast, i64, inline, kernel, local, null, u8
from cupola.language import exit_
from cupola.language.frames import frame_size
from cupola.languages.lua.constants import FRAME_CELLS, HEAP_FULL, STUB_AFTER_CONCAT
from cupola.languages.lua.failures import CONCATENATE
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.calling import fail_here
from cupola.languages.lua.semantics.coercion import number_to_string
from cupola.languages.lua.semantics.frames import enter_frame, resolve
from cupola.languages.lua.semantics.metatables import metamethod_of_two
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers.kinds import is_number, is_string, string_at
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import String
from cupola.runtime.strings import concatenate, make_string
from cupola.runtime.strings.concatenate import WORD, copy_string, join
from cupola.runtime.values import NIL, STRING, reference

CONCAT = NUMBER_OF["concat"]
NO_MEMORY = -1
SHORT = 128  # bytes that are written down on the native stack
COUNT_SHIFT = (
    32  # of how many values are left, above the address of the instruction, beside a metamethod's frame
)


@kernel
def collapse(heap: Ptr[Heap], place: Ptr[i64], count: i64) -> i64:
    """Concatenate the last values that are strings or numbers into one, the others stay: how many values are left, or
    NO_MEMORY. One is left if that was all."""
    first = count
    while first > 0 and (is_string(place[first - 1]) or is_number(place[first - 1])):
        first -= 1
    if count - first < 2:
        return count
    joined = join_all(heap, place + first, count - first)
    if joined == null(Ptr[String]):
        return NO_MEMORY
    place[first] = reference(STRING, address(joined))
    return first + 1


@kernel
def join_all(heap: Ptr[Heap], place: Ptr[i64], count: i64) -> Ptr[String]:
    """Strings and numbers as one string; null if there are other values, or no memory. Numbers may become strings."""
    numbers: i64 = 0
    room: i64 = 0
    for number in range(count):
        value = place[number]
        if is_string(value):
            room += string_at(value).length
        elif is_number(value):
            numbers += 1
            room += NUMBER_BYTES
        else:
            return null(Ptr[String])
    if numbers == 0:
        return join(heap, place, count, room)
    if room <= SHORT:
        return join_short(heap, place, count)
    return concatenate(heap, place, count) if write_numbers(heap, place, count) else null(Ptr[String])


@kernel
def join_short(heap: Ptr[Heap], place: Ptr[i64], count: i64) -> Ptr[String]:
    """Strings and numbers as one string, written down one after the other; null: no memory."""
    text = cast(Ptr[u8], local(Array[u8, SHORT + WORD]))
    length: i64 = 0
    for number in range(count):
        value = place[number]
        if is_string(value):
            string = string_at(value)
            copy_string(text + length, string)
            length += string.length
        else:
            length += write_number(text + length, value)
    return make_string(heap, text, length)


@kernel
def write_numbers(heap: Ptr[Heap], place: Ptr[i64], count: i64) -> bool:
    """Replace numbers by strings; False if there is no memory."""
    for number in range(count):
        if is_number(place[number]):
            made = number_to_string(heap, place[number])
            if made == null(Ptr[String]):
                return False
            place[number] = reference(STRING, address(made))
    return True


@inline
def concatenate_from(m: Machine, a: i64, place: Ptr[i64], count: i64) -> None:
    """Concatenate `count` values at `place` into R[a], with metamethods where they are wanted."""
    left = collapse(m.vm.heap, place, count)
    if left == NO_MEMORY:
        exit_(HEAP_FULL)
    if left == 1:
        m.base[a] = place[0]
        return
    x = place[left - 2]
    y = place[left - 1]
    handler = metamethod_of_two(m.vm.heap, x, y, CONCAT)
    if handler == NIL:
        fail_here(m, CONCATENATE, x, y)
    above = m.base + (frame_size(m.base) + 1)
    above[-1] = address(m.pc) | (left << COUNT_SHIFT)
    above[0] = handler
    above[FRAME_CELLS] = x
    above[FRAME_CELLS + 1] = y
    found = resolve(m.vm, above, 2)
    if found < 0:
        fail_here(m, CONCATENATE, x, y)
    enter_frame(m, above, found, m.vm.stubs[STUB_AFTER_CONCAT])
