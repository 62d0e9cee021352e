"""Whether strings are equal, and which comes first."""

from __future__ import annotations

from cupola.kernel import Ptr, byte_swap, cast, i64, inline, kernel, memory_compare, u8, u32, u64
from cupola.runtime.objects import LONGEST_INTERNED, STRING_BYTES, String


@inline
def string_bytes(string: Ptr[String]) -> Ptr[u8]:
    """The first of its bytes."""
    return cast(Ptr[u8], string) + STRING_BYTES


@inline
def same_string(a: Ptr[String], b: Ptr[String]) -> bool:
    """Whether the bytes are the same; short ones are told by their addresses."""
    if a == b:
        return True
    if a.length != b.length or a.length <= LONGEST_INTERNED:
        return False
    return same_long(a, b)


@kernel
def same_long(a: Ptr[String], b: Ptr[String]) -> bool:
    """Whether two strings of one length have the same bytes."""
    return memory_compare(string_bytes(a), string_bytes(b), a.length) == 0


@kernel
def compare_strings(a: Ptr[String], b: Ptr[String]) -> i64:
    """Below, at or above zero as `a` sorts before, with or after `b`: by their bytes, then by their lengths.

    Most differ in their first eight bytes. Behind shorter ones are zeros, which come before all others.
    """
    first = byte_swap(cast(Ptr[u64], string_bytes(a))[0])
    second = byte_swap(cast(Ptr[u64], string_bytes(b))[0])
    if first != second:
        return -1 if first < second else 1
    order = i64(memory_compare(string_bytes(a), string_bytes(b), min(a.length, b.length)))
    return order if order != 0 else a.length - b.length


@inline
def same_bytes(a: Ptr[u8], b: Ptr[u8], length: i64) -> bool:
    """Whether a few bytes are the same, by words."""
    if length >= 8:
        place = 0
        while place < length - 8:
            if cast(Ptr[u64], a + place)[0] != cast(Ptr[u64], b + place)[0]:
                return False
            place += 8
        return cast(Ptr[u64], a + length - 8)[0] == cast(Ptr[u64], b + length - 8)[0]
    if length >= 4:
        first = cast(Ptr[u32], a)[0] ^ cast(Ptr[u32], b)[0]
        return (first | (cast(Ptr[u32], a + length - 4)[0] ^ cast(Ptr[u32], b + length - 4)[0])) == 0
    if length > 0:
        return a[0] == b[0] and a[length >> 1] == b[length >> 1] and a[length - 1] == b[length - 1]
    return True
