"""Shapes: which string has which slot, shared by all tables that got the same strings in the same order.

From a shape and one more key the next shape is found in one table of the heap, with open addressing. Where a key lies
is remembered in a small cache of the heap, with two places for each hash of shape and key, the later one first. A place
has two words: the address of the shape, and the key with its slot plus 1 in place of the tag. Shapes never die, and
their keys with them: a place that says that a shape lacks a key stays true when another string gets that key's address.
So that this costs a bounded amount of memory, a heap has at most MOST_SHAPES shapes; tables that would need more go to
dictionary mode.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    cast,
    i64,
    inline,
    kernel,
    memory_copy,
    null,
    rotate_left,
    sizeof,
    slow,
    u8,
    u16,
    u32,
    u64,
    unlikely,
)
from cupola.kernel import address as address_of_pointer
from cupola.runtime.heap.heap import Heap, allocate, barrier
from cupola.runtime.objects import (
    BYTES,
    BYTES_START,
    CELLS,
    CELLS_START,
    SAYS_WEAK,
    SHAPE,
    Bytes,
    Cells,
    Object,
    Shape,
)
from cupola.runtime.values import OTHER, SHIFT, STRING, object_of, reference

MOST_KEYS = 128
MOST_SHAPES = 1 << 16
FIRST_PLACES = 256
FIRST_KEYS = 4
CACHE_BITS = 9
PAIR = 4  # words: two places
CACHE_WORDS = PAIR << CACHE_BITS
CELL = 8  # bytes
SPREAD = 0x9E3779B97F4A7C15  # odd
TURN = 20  # bits: the lower ones of two addresses are the ones that differ


@kernel
def set_up(heap: Ptr[Heap]) -> bool:
    """Give a heap its empty shape, its table of shapes and its cache; False if there is no memory."""
    heap.empty_shape = cast(Ptr[Shape], allocate(heap, SHAPE, sizeof(Shape)))
    heap.shapes = new_places(heap, FIRST_PLACES)
    heap.shapes_mask = FIRST_PLACES - 1
    heap.shapes_count = 0
    heap.shape_cache = new_words(heap, CACHE_WORDS)
    return (
        heap.empty_shape != null(Ptr[Shape])
        and heap.shapes != null(Ptr[i64])
        and heap.shape_cache != null(Ptr[i64])
    )


@kernel
def new_words(heap: Ptr[Heap], count: i64) -> Ptr[i64]:
    """So many words that the collector does not look at, or null."""
    made = cast(Ptr[Bytes], allocate(heap, BYTES, BYTES_START + count * CELL))
    if made == null(Ptr[Bytes]):
        return null(Ptr[i64])
    made.size = count * CELL
    return cast(Ptr[i64], cast(Ptr[u8], made) + BYTES_START)


@kernel
def new_places(heap: Ptr[Heap], count: i64) -> Ptr[i64]:
    """So many values, 0.0 each, or null."""
    made = cast(Ptr[Cells], allocate(heap, CELLS, CELLS_START + count * CELL))
    if made == null(Ptr[Cells]):
        return null(Ptr[i64])
    made.header.extra = u32(count)
    return cast(Ptr[i64], cast(Ptr[u8], made) + CELLS_START)


@inline
def mixed(shape: Ptr[Shape], key: i64) -> u64:
    """A number for a shape and a key, whose upper bits are good."""
    return (u64(address_of_pointer(shape)) + rotate_left(u64(key), TURN)) * SPREAD


@inline
def slot_in(place: Ptr[i64], shape: Ptr[Shape], key: i64) -> tuple[i64, bool]:
    """What a place of the cache says, and whether that is about this shape and key."""
    # the key's tag is known: with the slot in its place, the difference is the slot and nothing else
    slot = u64(place[1] - (key - (STRING << SHIFT)))
    return i64(slot >> SHIFT) - 1, place[0] == address_of_pointer(shape) and slot << 16 == 0


@inline
def find_slot(heap: Ptr[Heap], shape: Ptr[Shape], key: i64) -> i64:
    """The slot of a key (a value, an interned string) in tables of a shape, or -1."""
    place = heap.shape_cache + PAIR * i64(mixed(shape, key) >> (64 - CACHE_BITS))
    slot, valid = slot_in(place, shape, key)
    if unlikely(not valid):
        return search_slot(heap, shape, key)
    return slot


@inline
def known_slot(heap: Ptr[Heap], shape: Ptr[Shape], key: i64) -> tuple[i64, bool]:
    """The same for any string and shape, or null, and whether that is certain: if both came by here lately."""
    place = heap.shape_cache + PAIR * i64(mixed(shape, key) >> (64 - CACHE_BITS))
    slot, valid = slot_in(place, shape, key)
    if not valid:
        slot, valid = slot_in(place + 2, shape, key)
    return slot, valid


@slow
def search_slot(heap: Ptr[Heap], shape: Ptr[Shape], key: i64) -> i64:
    """The same from the second place, or by looking at all keys; this remembers what it found."""
    place = heap.shape_cache + PAIR * i64(mixed(shape, key) >> (64 - CACHE_BITS))
    slot, valid = slot_in(place + 2, shape, key)
    if valid:
        return slot
    slot = shape.count - 1
    while slot >= 0 and shape.keys[slot] != key:
        slot -= 1
    place[2] = place[0]
    place[3] = place[1]
    place[0] = address_of_pointer(shape)
    place[1] = key - (STRING << SHIFT) + ((slot + 1) << SHIFT)
    return slot


@kernel
def next_shape(heap: Ptr[Heap], shape: Ptr[Shape], key: i64) -> Ptr[Shape]:
    """The shape with one key more (which `shape` lacks), or null: no memory, or too many shapes."""
    mask = heap.shapes_mask
    place = i64(mixed(shape, key) >> 32) & mask
    while heap.shapes[place] != 0:
        found = cast(Ptr[Shape], object_of(heap.shapes[place]))
        if found.parent == shape and found.key == key:
            return found
        place = (place + 1) & mask
    return make_shape(heap, shape, key)


@slow
def make_shape(heap: Ptr[Heap], parent: Ptr[Shape], key: i64) -> Ptr[Shape]:
    """A new shape, or null."""
    if heap.shapes_count >= MOST_SHAPES:
        return null(Ptr[Shape])
    if heap.shapes_count * 4 >= (heap.shapes_mask + 1) * 3 and not grow_shapes(heap):
        return null(Ptr[Shape])
    made = cast(Ptr[Shape], allocate(heap, SHAPE, sizeof(Shape)))
    if made == null(Ptr[Shape]):
        return made
    made.keys = extended_keys(heap, parent)
    if made.keys == null(Ptr[i64]):
        return null(Ptr[Shape])
    made.keys[parent.count] = key
    made.parent = parent
    made.key = key
    made.count = parent.count + 1
    heap.shapes_count += 1
    made.header.extra = u32(heap.shapes_count)
    made.header.flags = parent.header.flags
    if key == heap.weak_name:
        made.header.flags = u16(SAYS_WEAK)
    insert_shape(heap.shapes, heap.shapes_mask, made)
    barrier(heap, cast(Ptr[Object], cast(Ptr[u8], heap.shapes) - CELLS_START))
    return made


@kernel
def extended_keys(heap: Ptr[Heap], parent: Ptr[Shape]) -> Ptr[i64]:
    """Memory with the keys of a shape and room for one more: the same if nobody took that place; or null."""
    count = parent.count
    capacity = 0
    if count > 0:
        capacity = cast(Ptr[Bytes], cast(Ptr[u8], parent.keys) - BYTES_START).size // CELL
        if capacity > count and parent.keys[count] == 0:
            return parent.keys
    made = new_words(heap, max(FIRST_KEYS, 2 * count))
    if made != null(Ptr[i64]) and count > 0:
        memory_copy(made, parent.keys, count * CELL)
    return made


@kernel
def insert_shape(places: Ptr[i64], mask: i64, shape: Ptr[Shape]) -> None:
    """Put a shape that is not there yet into a table with room."""
    place = i64(mixed(shape.parent, shape.key) >> 32) & mask
    while places[place] != 0:
        place = (place + 1) & mask
    places[place] = reference(OTHER, address_of_pointer(shape))


@slow
def grow_shapes(heap: Ptr[Heap]) -> bool:
    """Twice as many places; False if there is no memory."""
    count = heap.shapes_mask + 1
    places = new_places(heap, 2 * count)
    if places == null(Ptr[i64]):
        return False
    for place in range(count):
        if heap.shapes[place] != 0:
            insert_shape(places, 2 * count - 1, cast(Ptr[Shape], object_of(heap.shapes[place])))
    heap.shapes = places
    heap.shapes_mask = 2 * count - 1
    return True
