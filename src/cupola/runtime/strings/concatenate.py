"""One string out of several."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, inline, kernel, local, memory_copy, null, u8, u64
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, String
from cupola.runtime.strings.compare import string_bytes
from cupola.runtime.strings.intern import make_string, new_string
from cupola.runtime.values import object_of

WORD = 8  # bytes


@kernel
def concatenate(heap: Ptr[Heap], values: Ptr[i64], count: i64) -> Ptr[String]:
    """The bytes of `count` values, all of them strings, one after the other; or null. `count` is at least 1."""
    total = 0
    for place in range(count):
        total += cast(Ptr[String], object_of(values[place])).length
    return join(heap, values, count, total)


@kernel
def join(heap: Ptr[Heap], values: Ptr[i64], count: i64, total: i64) -> Ptr[String]:
    """The same, when all have `total` bytes."""
    for place in range(count):  # the others are empty
        if cast(Ptr[String], object_of(values[place])).length == total:
            return cast(Ptr[String], object_of(values[place]))
    if total <= LONGEST_INTERNED:
        short = cast(Ptr[u8], local(Array[u8, LONGEST_INTERNED + WORD]))
        copy_words(short, values, count)
        return make_string(heap, short, total)
    made = new_string(heap, total)
    if made != null(Ptr[String]):
        to = string_bytes(made)
        for place in range(count):
            string = cast(Ptr[String], object_of(values[place]))
            memory_copy(to, string_bytes(string), string.length)
            to = to + string.length
    return made


@inline
def copy_words(to: Ptr[u8], values: Ptr[i64], count: i64) -> None:
    """Copy the bytes of so many strings by words: what is copied too much lies in the string's object, and is
    overwritten by the next string or lies in a last word that nobody looks at."""
    for place in range(count):
        string = cast(Ptr[String], object_of(values[place]))
        copy_string(to, string)
        to = to + string.length


@inline
def copy_string(to: Ptr[u8], string: Ptr[String]) -> None:
    """Copy the bytes of a string by words, up to seven bytes too much."""
    copied = 0
    while copied < string.length:
        cast(Ptr[u64], to + copied)[0] = cast(Ptr[u64], string_bytes(string) + copied)[0]
        copied += WORD
