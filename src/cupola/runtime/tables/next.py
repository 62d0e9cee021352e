"""Going through a table: by positions, or from one key to the next.

Positions count the memory of the array part, then slots, then nodes. Deleting and changing what is there moves nothing,
so a traversal may do both; adding keys may move everything, and makes it forget or repeat some.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, i64, inline, kernel, null, u64
from cupola.runtime.heap.state import NEXT_PLACES, Heap
from cupola.runtime.objects import LONGEST_INTERNED, Node, Shape, String, Table
from cupola.runtime.strings import hash_of
from cupola.runtime.tables.keys import (
    find_identical,
    find_integer,
    find_string,
    hash_number,
    is_wide,
    whole,
    wide_number,
)
from cupola.runtime.tables.make import cell_count
from cupola.runtime.tables.shapes import find_slot
from cupola.runtime.tables.status import END, INVALID_KEY, OK
from cupola.runtime.values import (
    INTEGER,
    NIL,
    OTHER,
    STRING,
    integer,
    is_double,
    is_integer,
    object_of,
    payload,
    tag_of,
)

TABLE_SHIFT = 6  # tables have 64 bytes
LAST = -1  # the position behind everything
NO_PLACE = -1  # behind all nodes


@kernel
def table_next(heap: Ptr[Heap], t: Ptr[Table], key: i64, out: Ptr[i64]) -> i64:
    """The key after `key` and its value to out[0] and out[1], the first ones after NIL: OK, END or INVALID_KEY.

    Where a traversal is among the nodes, the heap remembers: that the key is still there is proof enough.
    """
    number = payload(key)
    if is_integer(key) and number > 0 and number < t.array_size and t.array[number] != NIL:
        out[0] = integer(number + 1)
        out[1] = t.array[number]
        return OK
    place = address_of(heap.next_places[(address(t) >> TABLE_SHIFT) & (NEXT_PLACES - 1)])
    if t.nodes != null(Ptr[Node]) and u64(place[0]) <= u64(t.node_mask) and t.nodes[place[0]].key == key:
        if key != NIL:
            place[0] = next_node(t, place[0] + 1, out)
            return OK if place[0] != NO_PLACE else END
    position = position_after(heap, t, key)
    if position < 0:
        return INVALID_KEY
    position = next_from(t, position, out)
    place[0] = position - nodes_from(t) - 1
    return OK if position != LAST else END


@inline
def nodes_from(t: Ptr[Table]) -> i64:
    """The position of the first node."""
    return cell_count(t.array) + (0 if t.shape == null(Ptr[Shape]) else t.shape.count)


@inline
def next_node(t: Ptr[Table], place: i64, out: Ptr[i64]) -> i64:
    """The first node in use at or behind a place: key to out[0], value to out[1], and its place, or NO_PLACE."""
    while place <= t.node_mask:
        value = t.nodes[place].value
        if value != NIL:
            out[0] = t.nodes[place].key
            out[1] = value
            return place
        place += 1
    return NO_PLACE


@kernel
def next_from(t: Ptr[Table], position: i64, out: Ptr[i64]) -> i64:
    """The first key at or behind a position (0 to begin) to out[0], its value to out[1]; the position after it, or
    LAST. Any position is safe."""
    while position < t.array_size:
        value = t.array[position]
        position += 1
        if value != NIL:
            out[0] = integer(position)
            out[1] = value
            return position
    capacity = cell_count(t.array)
    slot = max(position - capacity, 0)
    slots = 0
    if t.shape != null(Ptr[Shape]):
        slots = t.shape.count
        while slot < slots:
            value = t.slots[slot]
            slot += 1
            if value != NIL:
                out[0] = t.shape.keys[slot - 1]
                out[1] = value
                return capacity + slot
    if t.nodes != null(Ptr[Node]):
        place = next_node(t, slot - slots, out)
        if place != NO_PLACE:
            return capacity + slots + place + 1
    return LAST


@kernel
def position_after(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> i64:
    """The position behind a key, which may have been deleted since it was found; -1 if it never was there."""
    tag = tag_of(key)
    if tag == INTEGER:
        return after_integer(t, payload(key), key)
    if tag == STRING:
        return after_string(heap, t, key)
    if key == NIL:
        return 0
    if is_double(key):
        number, exact = whole(key)
        if exact:
            return after_integer(t, number, key)
    elif tag == OTHER and is_wide(key):
        return after_integer(t, wide_number(key), key)
    return after_node(t, find_identical(t, key, hash_number(key)))


@inline
def after_integer(t: Ptr[Table], number: i64, key: i64) -> i64:
    """The position behind an integer; `key` is the value by which it was given."""
    if u64(number - 1) < u64(cell_count(t.array)):
        return number
    node = find_integer(t, number)
    if node == null(Ptr[Node]):  # a wide integer that was deleted is found as the object that it is
        node = find_identical(t, key, hash_number(number))
    return after_node(t, node)


@inline
def after_string(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> i64:
    """The position behind a string."""
    if t.shape == null(Ptr[Shape]):
        node = find_string(heap, t, key)
        if node == null(Ptr[Node]):  # so is a long string
            node = find_identical(t, key, hash_of(heap, cast(Ptr[String], object_of(key))))
        return after_node(t, node)
    if cast(Ptr[String], object_of(key)).length > LONGEST_INTERNED:
        return -1
    slot = find_slot(heap, t.shape, key)
    return cell_count(t.array) + slot + 1 if slot >= 0 else -1


@inline
def after_node(t: Ptr[Table], node: Ptr[Node]) -> i64:
    """The position behind a node, or -1 for none."""
    if node == null(Ptr[Node]):
        return -1
    return nodes_from(t) + (node - t.nodes) + 1
