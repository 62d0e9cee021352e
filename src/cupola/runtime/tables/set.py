"""Writing tables, without metatables.

Setting a key to NIL deletes it, which never moves anything, and never fails. Every function gives OK, or NO_MEMORY,
NIL_KEY or NAN_KEY and has changed nothing that can be seen (but `table_set_list` may have set some of its values).
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    memory_copy,
    null,
    sizeof,
    slow,
    u16,
    u64,
    unlikely,
)
from cupola.runtime.heap.ancestors import changes_lineage, is_ancestor
from cupola.runtime.heap.heap import Heap, allocate, barrier, barrier_element
from cupola.runtime.objects import (
    LONGEST_INTERNED,
    WIDE_INTEGER,
    Node,
    Object,
    Shape,
    String,
    Table,
    WideInteger,
)
from cupola.runtime.strings import hash_of
from cupola.runtime.tables.get import table_get_string
from cupola.runtime.tables.keys import (
    find_identical,
    find_integer,
    find_string,
    hash_number,
    is_wide,
    whole,
    wide_number,
)
from cupola.runtime.tables.make import CELL, cell_count, new_array, new_cells
from cupola.runtime.tables.nodes import insert_node
from cupola.runtime.tables.rehash import (
    MOST_ELEMENTS,
    count_nodes,
    count_used,
    give_up_shape,
    make_room,
    resize,
)
from cupola.runtime.tables.shapes import MOST_KEYS, MOST_SHAPES, find_slot, next_shape
from cupola.runtime.tables.status import NAN_KEY, NIL_KEY, NO_MEMORY, OK
from cupola.runtime.values import (
    INTEGER,
    NIL,
    OTHER,
    STRING,
    TABLE,
    double,
    fits,
    integer,
    is_double,
    object_of,
    payload,
    reference,
    tag_of,
)

FIRST_ELEMENTS, FIRST_SLOTS = 4, 4
FEW_ELEMENTS = 16  # an array with no more of them grows, however many are in use


@kernel
def table_set(heap: Ptr[Heap], t: Ptr[Table], key: i64, value: i64) -> i64:
    """Set any key."""
    tag = tag_of(key)
    if tag == INTEGER:
        return table_set_integer(heap, t, payload(key), value)
    if tag == STRING:
        return table_set_string(heap, t, key, value)
    if is_double(key):
        number, exact = whole(key)
        if exact:
            return table_set_integer(heap, t, number, value)
        if double_is_nan(key):
            return NAN_KEY
    elif tag == OTHER and is_wide(key):
        return table_set_integer(heap, t, wide_number(key), value)
    elif key == NIL:
        return NIL_KEY
    hash = hash_number(key)
    return set_node(heap, t, find_identical(t, key, hash), hash, key, value)


@inline
def double_is_nan(key: i64) -> bool:
    """Whether a double (a value) is not equal to itself."""
    number = double(key)
    return number != number


@inline
def set_node(heap: Ptr[Heap], t: Ptr[Table], node: Ptr[Node], hash: i64, key: i64, value: i64) -> i64:
    """Set a key of the hash part, of which `node` is the present node or null."""
    if node == null(Ptr[Node]):
        return OK if value == NIL else add_node(heap, t, hash, key, value)
    if tag_of(key) == STRING and node.value == NIL:
        t.header.flags = u16(0)
    node.value = value
    barrier_element(heap, t, value)
    return OK


@slow
def add_node(heap: Ptr[Heap], t: Ptr[Table], hash: i64, key: i64, value: i64) -> i64:
    """Add a key, normalised and not there yet, to the hash part, or to wherever it belongs after growing."""
    if t.nodes == null(Ptr[Node]) or not insert_node(heap, t.nodes, t.node_mask, hash, key, value):
        if t.nodes == null(Ptr[Node]) and t.array == null(Ptr[i64]):
            status = resize(heap, t, 0, 1)
        else:
            status = make_room(heap, t, key)
        if status != OK:
            return status
        if tag_of(key) == INTEGER and u64(payload(key) - 1) < u64(cell_count(t.array)):
            set_element(t, payload(key), value)
        else:
            insert_node(heap, t.nodes, t.node_mask, hash, key, value)
    if tag_of(key) == STRING:
        t.header.flags = u16(0)
    barrier(heap, cast(Ptr[Object], t))
    return OK


@inline
def set_element(t: Ptr[Table], number: i64, value: i64) -> None:
    """Set an element of the array part's memory. What lies there behind `array_size` is nil."""
    t.array[number - 1] = value
    if number > t.array_size:
        t.array_size = number


@inline
def table_set_integer(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> i64:
    """Set an integer."""
    if u64(number - 1) < u64(t.array_size):
        t.array[number - 1] = value
        barrier_element(heap, t, value)
        return OK
    return set_beyond(heap, t, number, value)


@kernel
def set_beyond(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> i64:
    """Set an integer that is not in the array part."""
    capacity = cell_count(t.array)
    if u64(number - 1) < u64(capacity):
        if value != NIL:
            set_element(t, number, value)
            barrier_element(heap, t, value)
        return OK
    node = find_integer(t, number)
    if node != null(Ptr[Node]):
        return set_node(heap, t, node, 0, integer(0), value)
    if value == NIL:
        return OK
    if number == capacity + 1 and number < MOST_ELEMENTS:
        if capacity <= FEW_ELEMENTS or 2 * count_used(t.array, t.array_size) >= capacity:
            if t.nodes == null(Ptr[Node]):
                return grow_array(heap, t, number, value)
            status = resize(heap, t, max(2 * capacity, FIRST_ELEMENTS), count_nodes(t))
            if status == OK:
                set_element(t, number, value)
            return status
    if fits(number):
        return add_node(heap, t, hash_number(number), integer(number), value)
    wide = cast(Ptr[WideInteger], allocate(heap, WIDE_INTEGER, sizeof(WideInteger)))
    if wide == null(Ptr[WideInteger]):
        return NO_MEMORY
    wide.number = number
    return add_node(heap, t, hash_number(number), reference(OTHER, address(wide)), value)


@kernel
def grow_array(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> i64:
    """Set the integer behind the array part's memory, of a table that has no nodes."""
    array = new_array(heap, max(2 * (number - 1), FIRST_ELEMENTS), t.array, t.array_size)
    if array == null(Ptr[i64]):
        return NO_MEMORY
    t.array = array
    set_element(t, number, value)
    barrier(heap, cast(Ptr[Object], t))
    return OK


@kernel
def table_set_list(heap: Ptr[Heap], t: Ptr[Table], first: i64, values: Ptr[i64], count: i64) -> i64:
    """Set the integers from `first` (at least 1) on to so many values, with room made once for all of them."""
    end = first - 1 + count
    room = cell_count(t.array)
    if end > room and first - 1 <= t.array_size and end < MOST_ELEMENTS:
        entries = 0 if t.nodes == null(Ptr[Node]) else count_nodes(t)
        wanted = end if room == 0 else max(end, min(2 * room, MOST_ELEMENTS - 1))  # a list in many pieces
        if resize(heap, t, wanted, entries) != OK:
            return NO_MEMORY
    if end <= cell_count(t.array):
        if count > 0:
            memory_copy(t.array + (first - 1), values, count * CELL)
            t.array_size = max(t.array_size, end)
            barrier(heap, cast(Ptr[Object], t))
        return OK
    for place in range(count):
        status = table_set_integer(heap, t, first + place, values[place])
        if status != OK:
            return status
    return OK


@inline
def string_hash(heap: Ptr[Heap], key: i64) -> i64:
    """The hash of a string (given as a value)."""
    return hash_of(heap, cast(Ptr[String], object_of(key)))


@kernel
def table_set_string(heap: Ptr[Heap], t: Ptr[Table], key: i64, value: i64) -> i64:
    """Set a string (given as a value)."""
    if unlikely(is_ancestor(t)):
        note_change(heap, t, key, value)
    if t.shape == null(Ptr[Shape]):
        node = find_string(heap, t, key)
        if node != null(Ptr[Node]):
            return set_node(heap, t, node, 0, key, value)
        return OK if value == NIL else add_node(heap, t, string_hash(heap, key), key, value)
    if cast(Ptr[String], object_of(key)).length <= LONGEST_INTERNED:
        slot = find_slot(heap, t.shape, key)
        if slot >= 0:
            if t.slots[slot] == NIL:
                t.header.flags = u16(0)
            t.slots[slot] = value
            barrier(heap, cast(Ptr[Object], t))
            return OK
        if value == NIL:
            return OK
        if t.shape.count < MOST_KEYS:
            shape = next_shape(heap, t.shape, key)
            if shape != null(Ptr[Shape]):
                return add_field(heap, t, shape, value)
            if heap.shapes_count < MOST_SHAPES:
                return NO_MEMORY
    elif value == NIL:
        return OK
    status = give_up_shape(heap, t)
    return add_node(heap, t, string_hash(heap, key), key, value) if status == OK else status


@slow
def note_change(heap: Ptr[Heap], t: Ptr[Table], key: i64, value: i64) -> None:
    """Tell inline caches if this string's new value changes where they would find what others inherit."""
    old = table_get_string(heap, t, key)
    if (old == NIL) != (value == NIL) or tag_of(old) == TABLE:
        changes_lineage(heap)


@slow
def add_field(heap: Ptr[Heap], t: Ptr[Table], shape: Ptr[Shape], value: i64) -> i64:
    """Add a field: `shape` is the table's shape with one key more."""
    slot = shape.count - 1
    if unlikely(slot >= cell_count(t.slots)):
        slots = new_cells(heap, max(FIRST_SLOTS, 2 * slot))
        if slots == null(Ptr[i64]):
            return NO_MEMORY
        if slot > 0:
            memory_copy(slots, t.slots, slot * CELL)
        t.slots = slots
    t.slots[slot] = value
    t.shape = shape
    t.header.flags = u16(0)
    barrier(heap, cast(Ptr[Object], t))
    return OK
