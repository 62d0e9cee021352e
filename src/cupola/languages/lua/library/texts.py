"""Strings as values: their bytes, and making them."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    address,
    cast,
    i64,
    inline,
    local,
    memory_compare,
    null,
    slow,
    u8,
    unlikely,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.machine import NO_MEMORY, VM
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import LONGEST_INTERNED, STRING_BYTES, String
from cupola.runtime.strings import Buffer, make_string, new_string, string_bytes
from cupola.runtime.values import STRING, object_of, reference, tag_of

SHORT_ROOM = LONGEST_INTERNED + 1


@inline
def is_string(value: i64) -> bool:
    """Whether it is a string."""
    return tag_of(value) == STRING


@inline
def string_of(value: i64) -> Ptr[String]:
    """The string that a value is."""
    return cast(Ptr[String], object_of(value))


@inline
def text_value(string: Ptr[String]) -> i64:
    """The value of a string."""
    return reference(STRING, address(string))


@inline
def made_text(string: Ptr[String]) -> i64:
    """The value of a string that was made; NOTHING if there was no memory for it."""
    return NOTHING if string == null(Ptr[String]) else text_value(string)


@inline
def make_text(vm: Ptr[VM], text: Ptr[u8], length: i64) -> i64:
    """The string with those bytes, as a value; NOTHING if there is no memory for it."""
    return made_text(make_string(vm.heap, text, length))


@inline
def is_word(string: Ptr[String], word: Ptr[u8], length: i64) -> bool:
    """Whether a string has those bytes."""
    return string.length == length and memory_compare(string_bytes(string), word, length) == 0


@inline
def begin_text(vm: Ptr[VM], room: Ptr[u8], length: i64) -> Ptr[u8]:
    """Where to write the bytes of a new string, before `end_text` makes one of them: to `room`, which has SHORT_ROOM
    bytes, if the string is short; null if there is no memory for it."""
    if length <= LONGEST_INTERNED:
        return room
    made = new_string(vm.heap, length)
    return null(Ptr[u8]) if made == null(Ptr[String]) else string_bytes(made)


@inline
def end_text(vm: Ptr[VM], text: Ptr[u8], length: i64) -> i64:
    """The string of which `begin_text` gave the place; NOTHING if there is no memory for it."""
    if length <= LONGEST_INTERNED:
        return make_text(vm, text, length)
    return reference(STRING, address(text) - STRING_BYTES)


@inline
def begin_here(buffer: Ptr[Buffer], heap: Ptr[Heap], room: Ptr[u8], capacity: i64) -> None:
    """Begin a buffer in memory of the native stack; it moves to the heap when it grows."""
    buffer.heap = heap
    buffer.bytes = room
    buffer.length = 0
    buffer.capacity = capacity


@inline
def give_text(vm: Ptr[VM], args: Ptr[i64], text: Ptr[u8], length: i64) -> i64:
    """Return the string of which `begin_text` gave the place from a native function."""
    value = end_text(vm, text, length)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    args[-3] = value
    return 1


@slow
def number_string(vm: Ptr[VM], value: i64) -> i64:
    """The string of a number; NOTHING if there is no memory for it."""
    room = local(Array[u8, NUMBER_BYTES])
    return make_text(vm, cast(Ptr[u8], room), write_number(cast(Ptr[u8], room), value))


@inline
def as_string(vm: Ptr[VM], value: i64) -> i64:
    """A string, or a number as one; NOTHING if there is no memory for it, 0 for other values."""
    if is_string(value):
        return value
    return number_string(vm, value) if is_number(value) else 0


@inline
def give_string(vm: Ptr[VM], args: Ptr[i64], text: Ptr[u8], length: i64) -> i64:
    """Return one string from a native function."""
    value = make_text(vm, text, length)
    if unlikely(value == NOTHING):
        return NO_MEMORY
    args[-3] = value
    return 1
