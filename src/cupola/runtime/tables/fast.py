"""What instructions put in line: reading and writing where a place is known or an index is small.

An inline cache keeps a shape and a slot: while a table's shape is the same, `slot_get` and `slot_set` need no look-up.
To add a field, it keeps the shape before and the shape after (`next_shape`): while the table's shape is the first,
`slot_add` with the second. Each of these functions that may give up returns False, and has done nothing then.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, u16, u64
from cupola.runtime.heap.ancestors import is_ancestor
from cupola.runtime.heap.heap import Heap, barrier, barrier_element
from cupola.runtime.objects import Object, Shape, Table
from cupola.runtime.tables.make import cell_count
from cupola.runtime.values import NIL


@inline
def slot_get(t: Ptr[Table], slot: i64) -> i64:
    """The value in a slot that the table's shape has; NIL if it was deleted."""
    return t.slots[slot]


@inline
def slot_set(heap: Ptr[Heap], t: Ptr[Table], slot: i64, value: i64) -> bool:
    """Set a slot that the table's shape has; False, and nothing was done, if it was nil, or others inherit from the
    table: a slow path's work."""
    if t.slots[slot] == NIL or is_ancestor(t):
        return False
    t.slots[slot] = value
    barrier(heap, cast(Ptr[Object], t))
    return True


@inline
def slot_add(heap: Ptr[Heap], t: Ptr[Table], shape: Ptr[Shape], value: i64) -> bool:
    """Add a field with a value that is not nil: `shape` is the table's shape with one key more. False if there is no
    slot for it, or others inherit from the table (`table_set_string` does it then)."""
    if shape.count > cell_count(t.slots) or is_ancestor(t):
        return False
    t.slots[shape.count - 1] = value
    t.shape = shape
    t.header.flags = u16(0)
    barrier(heap, cast(Ptr[Object], t))
    return True


@inline
def array_append(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> bool:
    """Set the integer behind the array part's last one; False if it is another one, or there is no room. A value that
    is nil does no harm."""
    if number - 1 != t.array_size or number > cell_count(t.array):
        return False
    t.array[number - 1] = value
    t.array_size = number
    barrier_element(heap, t, value)
    return True


@inline
def array_get(t: Ptr[Table], number: i64) -> i64:
    """The value of an integer if it is in the array part, else NIL: then a slow path looks further."""
    if u64(number - 1) < u64(t.array_size):
        return t.array[number - 1]
    return NIL


@inline
def array_set(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> bool:
    """Set an integer if the array part has a value for it, else False: then a slow path sets it (or calls what the
    metatable has for new keys)."""
    if u64(number - 1) < u64(t.array_size) and t.array[number - 1] != NIL:
        t.array[number - 1] = value
        barrier_element(heap, t, value)
        return True
    return False
