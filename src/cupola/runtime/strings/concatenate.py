"""One string out of several."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, memory_copy, null, u8
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, String
from cupola.runtime.strings.compare import string_bytes
from cupola.runtime.strings.intern import make_string, new_string
from cupola.runtime.values import object_of


@kernel
def concatenate(heap: Ptr[Heap], values: Ptr[i64], count: i64) -> Ptr[String]:
    """The bytes of `count` values, all of them strings, one after the other; or null. `count` is at least 1."""
    total = 0
    for place in range(count):
        total += cast(Ptr[String], object_of(values[place])).length
    for place in range(count):  # the others are empty
        if cast(Ptr[String], object_of(values[place])).length == total:
            return cast(Ptr[String], object_of(values[place]))
    if total <= LONGEST_INTERNED:
        short = cast(Ptr[u8], local(Array[u8, LONGEST_INTERNED]))
        copy_all(short, values, count)
        return make_string(heap, short, total)
    made = new_string(heap, total)
    if made != null(Ptr[String]):
        copy_all(string_bytes(made), values, count)
    return made


@kernel
def copy_all(to: Ptr[u8], values: Ptr[i64], count: i64) -> None:
    """Copy the bytes of so many strings."""
    for place in range(count):
        string = cast(Ptr[String], object_of(values[place]))
        memory_copy(to, string_bytes(string), string.length)
        to = to + string.length
