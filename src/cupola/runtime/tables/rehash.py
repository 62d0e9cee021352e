"""Growing: which integers belong into the array part, and moving everything to its new place.

The array part becomes the largest power of two of which more than half is in use, as Lua 5 computes it; the array part
that is there stays if more than a quarter of it is in use, so that it does not shrink and grow in turns. Integers from
1 to its capacity are never in the hash part. All new memory is there before anything is changed.

Where keys were deleted, others are likely to follow, as in a queue: there the nodes get so much room that integers one
after the other never meet (`hash_number` spreads them by the square root of 3), and nodes of deleted keys are taken
over instead of being made anew every few keys.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    cast,
    count_leading_zeros,
    i64,
    inline,
    kernel,
    local,
    null,
    slow,
    u64,
)
from cupola.runtime.heap.heap import Heap, barrier
from cupola.runtime.objects import Node, Object, Shape, Table
from cupola.runtime.tables.keys import hash_key, hash_number
from cupola.runtime.tables.make import cell_count, new_array
from cupola.runtime.tables.nodes import MOST_NODES, insert_node, new_nodes
from cupola.runtime.tables.status import NO_MEMORY, OK
from cupola.runtime.values import INTEGER, NIL, integer, payload, tag_of

FIRST_NODES = 4
ARRAY_BITS = 31
MOST_ELEMENTS = 1 << ARRAY_BITS


@inline
def power_for(number: i64) -> i64:
    """The exponent of the least power of two that is not below a positive number."""
    return 64 - count_leading_zeros(number - 1)


@kernel
def count_used(cells: Ptr[i64], count: i64) -> i64:
    """How many cells are not nil."""
    used = 0
    for place in range(count):
        used += i64(cells[place] != NIL)
    return used


@inline
def count_key(bins: Ptr[i64], key: i64) -> None:
    """Count a key if it may go to the array part. Bin b counts from 2**(b-1) + 1 to 2**b."""
    if tag_of(key) == INTEGER and payload(key) >= 1 and payload(key) <= MOST_ELEMENTS:
        bin = power_for(payload(key))
        bins[bin] += 1


@kernel
def count_nodes(t: Ptr[Table]) -> i64:
    """How many nodes are in use."""
    used = 0
    if t.nodes != null(Ptr[Node]):
        for place in range(t.node_mask + 1):
            used += i64(t.nodes[place].value != NIL)
    return used


@slow
def make_room(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> i64:
    """Find the best sizes for what there is and one more key, and move all there. OK or NO_MEMORY."""
    bins = cast(Ptr[i64], local(Array[i64, ARRAY_BITS + 1]))
    for bin in range(ARRAY_BITS + 1):
        bins[bin] = 0
    low = 0
    bin = 0
    elements = 0
    while low < t.array_size:
        high = min(1 << bin, t.array_size)
        bins[bin] = count_used(t.array + low, high - low)
        elements += bins[bin]
        low = high
        bin += 1
    total = elements + 1
    deleted = False
    if t.nodes != null(Ptr[Node]):
        for place in range(t.node_mask + 1):
            if t.nodes[place].value != NIL:
                total += 1
                count_key(bins, t.nodes[place].key)
            else:
                deleted = True
    count_key(bins, key)
    capacity = 0
    inside = 0
    sum = 0
    for bin in range(ARRAY_BITS + 1):
        sum += bins[bin]
        if 2 * sum > 1 << bin:
            capacity = 1 << bin
            inside = sum
    present = cell_count(t.array)
    if capacity < present and 4 * elements > present:
        capacity = present
        inside = elements
    entries = total - inside
    if deleted:
        entries += entries - entries // 4
    return resize(heap, t, capacity, entries)


@kernel
def resize(heap: Ptr[Heap], t: Ptr[Table], capacity: i64, entries: i64) -> i64:
    """Move all to an array of `capacity` and nodes for `entries` and a few more. OK or NO_MEMORY."""
    array = t.array
    size = min(t.array_size, capacity)
    if capacity != cell_count(array):
        array = null(Ptr[i64])
        if capacity > 0:
            array = new_array(heap, capacity, t.array, size)
            if array == null(Ptr[i64]):
                return NO_MEMORY
    nodes = null(Ptr[Node])
    mask = 0
    if entries > 0:
        mask = (1 << power_for(max(entries + entries // 8, FIRST_NODES))) - 1
        if mask >= MOST_NODES:
            return NO_MEMORY
        nodes = new_nodes(heap, mask + 1)
        if nodes == null(Ptr[Node]):
            return NO_MEMORY
    if array != t.array:
        for place in range(size, t.array_size):
            if t.array[place] != NIL:
                insert_node(heap, nodes, mask, hash_number(place + 1), integer(place + 1), t.array[place])
    if t.nodes != null(Ptr[Node]):
        for place in range(t.node_mask + 1):
            node = t.nodes + place
            if node.value != NIL:
                number = payload(node.key)
                if tag_of(node.key) == INTEGER and u64(number - 1) < u64(capacity):
                    array[number - 1] = node.value
                    size = max(size, number)
                else:
                    insert_node(heap, nodes, mask, hash_key(heap, node.key), node.key, node.value)
    t.array = array
    t.array_size = size
    t.nodes = nodes
    t.node_mask = mask
    barrier(heap, cast(Ptr[Object], t))
    return OK


@slow
def give_up_shape(heap: Ptr[Heap], t: Ptr[Table]) -> i64:
    """Go to dictionary mode, with room for one more key: all strings move to the hash part. OK or NO_MEMORY."""
    count = t.shape.count
    status = resize(heap, t, cell_count(t.array), count_nodes(t) + count_used(t.slots, count) + 1)
    if status != OK:
        return status
    for slot in range(count):
        if t.slots[slot] != NIL:
            key = t.shape.keys[slot]
            insert_node(heap, t.nodes, t.node_mask, hash_key(heap, key), key, t.slots[slot])
    t.shape = null(Ptr[Shape])
    t.slots = null(Ptr[i64])
    return OK
