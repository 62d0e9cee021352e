"""Making strings, and the table of those that are interned.

The table has open addressing with linear probing, and is at most three quarters full. It keeps no string alive: the
collector takes the dead ones out (`heap.interned`).
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address,
    cast,
    i64,
    kernel,
    memory_copy,
    null,
    slow,
    u8,
    u16,
    u32,
    u64,
    unlikely,
)
from cupola.runtime.heap.heap import Heap, allocate, allocate_bytes
from cupola.runtime.heap.interned import gap_for, has_hash, keep_interned, note_interned, place_for, string_in
from cupola.runtime.objects import (
    BYTES,
    BYTES_START,
    INTERNED,
    LONGEST_INTERNED,
    STRING,
    STRING_BYTES,
    Bytes,
    String,
)
from cupola.runtime.strings.compare import same_bytes, string_bytes
from cupola.runtime.strings.hashing import hash_bytes
from cupola.runtime.values import STRING as STRING_TAG
from cupola.runtime.values import object_of, reference

FIRST_PLACES = 1024
MANY_PLACES = 1 << 18
PLACE = 8  # bytes


@kernel
def set_up(heap: Ptr[Heap], seed: u64) -> bool:
    """Give a heap its table of strings; False if there is no memory."""
    heap.hash_seed = seed
    heap.interned_mask = FIRST_PLACES - 1
    heap.interned_count = 0
    heap.interned = new_places(heap, FIRST_PLACES)
    return heap.interned != null(Ptr[i64])


@kernel
def new_places(heap: Ptr[Heap], count: i64) -> Ptr[i64]:
    """So many empty places, or null."""
    made = cast(Ptr[Bytes], allocate(heap, BYTES, BYTES_START + count * PLACE))
    if made == null(Ptr[Bytes]):
        return null(Ptr[i64])
    made.size = count * PLACE
    return cast(Ptr[i64], cast(Ptr[u8], made) + BYTES_START)


@kernel
def make_string(heap: Ptr[Heap], bytes: Ptr[u8], length: i64) -> Ptr[String]:
    """The string of these bytes, or null. The bytes may lie in another string, as objects do not move."""
    if length > LONGEST_INTERNED:
        made = new_string(heap, length)
        if made != null(Ptr[String]):
            memory_copy(string_bytes(made), bytes, length)
        return made
    if length == 1:
        letter = heap.letters[bytes[0]]
        if letter != 0:
            return cast(Ptr[String], object_of(letter))
    hash = hash_bytes(bytes, length, heap.hash_seed)
    mask = heap.interned_mask
    places = heap.interned
    at = hash & mask
    place = places[at]
    while place != 0:
        if has_hash(place, hash):
            found = string_in(place)
            if found.length == length and same_bytes(string_bytes(found), bytes, length):
                keep_interned(heap, found)
                return found
        at = (at + 1) & mask
        place = places[at]
    return add_string(heap, bytes, length, hash, at)


@kernel
def new_string(heap: Ptr[Heap], length: i64) -> Ptr[String]:
    """A string that is not interned, for the caller to fill; it must be longer than LONGEST_INTERNED."""
    made = cast(Ptr[String], allocate_bytes(heap, STRING, STRING_BYTES + length + 1))
    if made != null(Ptr[String]):
        made.length = length
    return made


@slow
def add_string(heap: Ptr[Heap], bytes: Ptr[u8], length: i64, hash: i64, at: i64) -> Ptr[String]:
    """Intern a string that is not there yet; `at` is the place where it was missed."""
    if unlikely(heap.interned_count * 4 >= (heap.interned_mask + 1) * 3):
        if not grow(heap):
            return null(Ptr[String])
        at = gap_for(heap.interned, heap.interned_mask, hash)
    made = new_string(heap, length)
    if unlikely(made == null(Ptr[String])):
        return made
    made.header.extra = u32(hash)
    made.header.flags = u16(INTERNED)
    memory_copy(string_bytes(made), bytes, length)
    heap.interned[at] = place_for(made)
    heap.interned_count += 1
    note_interned(heap, made)
    if length == 1:
        heap.letters[bytes[0]] = reference(STRING_TAG, address(made))
    return made


@slow
def grow(heap: Ptr[Heap]) -> bool:
    """More places, four times as many at first; False if there is no memory."""
    count = heap.interned_mask + 1
    larger = count * (4 if count < MANY_PLACES else 2)
    places = new_places(heap, larger)
    if places == null(Ptr[i64]):
        return False
    for at in range(count):
        place = heap.interned[at]
        if place != 0:
            places[gap_for(places, larger - 1, i64(string_in(place).header.extra))] = place
    heap.interned = places
    heap.interned_mask = larger - 1
    return True
