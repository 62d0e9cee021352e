"""The hash of a string: 31 bits of all its bytes and a seed of the heap.

Words are folded into a state by multiplying to twice the width and taking the halves together, as W. Yi's wyhash does
it. The seed makes hashes differ from heap to heap, so that nobody can prepare keys that collide.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, multiply_high, u8, u32, u64, unlikely
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import STRING_BYTES, String

FIRST, SECOND, THIRD = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3  # odd, half of the bits set
MOST_HASHED = 1 << 20  # of longer strings, only the halves of this many at both ends
HASH_BITS = 31


@inline
def fold(a: u64, b: u64) -> u64:
    """Both halves of the product, mixed."""
    return (a * b) ^ multiply_high(a, b)


@inline
def word(bytes: Ptr[u8]) -> u64:
    """Eight bytes."""
    return cast(Ptr[u64], bytes)[0]


@inline
def half_word(bytes: Ptr[u8]) -> u64:
    """Four bytes."""
    return u64(cast(Ptr[u32], bytes)[0])


@kernel
def absorb(bytes: Ptr[u8], length: i64, state: u64) -> u64:
    """The state after `length` bytes; there must be more than 16."""
    place = 0
    while place < length - 16:
        state = fold(word(bytes + place) ^ FIRST, word(bytes + place + 8) ^ state)
        place += 16
    return fold(word(bytes + length - 16) ^ SECOND, word(bytes + length - 8) ^ state)


@inline
def hash_bytes(bytes: Ptr[u8], length: i64, seed: u64) -> i64:
    """A number from 1 to 2**31 - 1 for these bytes."""
    state = seed ^ FIRST
    if length > 16:
        state = hash_many(bytes, length, state)
    elif length > 8:
        state = fold(word(bytes) ^ SECOND, word(bytes + length - 8) ^ state)
    elif length >= 4:
        state = fold(half_word(bytes) ^ SECOND, half_word(bytes + length - 4) ^ state)
    elif length > 0:
        few = u64(bytes[0]) << 16 | u64(bytes[length >> 1]) << 8 | u64(bytes[length - 1])
        state = fold(few ^ SECOND, state)
    state = fold(state ^ u64(length), THIRD)
    hash = i64(state >> (64 - HASH_BITS))
    return hash + i64(hash == 0)


@kernel
def hash_many(bytes: Ptr[u8], length: i64, state: u64) -> u64:
    """The state after more than 16 bytes."""
    if unlikely(length > MOST_HASHED):
        state = absorb(bytes, MOST_HASHED // 2, state)
        return absorb(bytes + length - MOST_HASHED // 2, MOST_HASHED // 2, state)
    return absorb(bytes, length, state)


@inline
def hash_of(heap: Ptr[Heap], string: Ptr[String]) -> i64:
    """The hash of a string, which is kept in it."""
    hash = i64(string.header.extra)
    if unlikely(hash == 0):
        hash = hash_long(heap, string)
    return hash


@kernel
def hash_long(heap: Ptr[Heap], string: Ptr[String]) -> i64:
    """Compute the hash of a string, and keep it."""
    hash = hash_bytes(cast(Ptr[u8], string) + STRING_BYTES, string.length, heap.hash_seed)
    string.header.extra = u32(hash)
    return hash
