"""What instructions put in line: reading and writing where a place is known or an index is small.

An inline cache keeps a shape and a slot: while a table's shape is the same, `slot_get` and `slot_set` need no look-up.
To add a field from a cache, it keeps the shape before, and the shape after (`next_shape`): while the table's shape is
the first, `add_field` with the second.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, u64
from cupola.runtime.heap.heap import Heap, barrier
from cupola.runtime.objects import Object, Table
from cupola.runtime.values import NIL


@inline
def slot_get(t: Ptr[Table], slot: i64) -> i64:
    """The value in a slot that the table's shape has; NIL if it was deleted."""
    return t.slots[slot]


@inline
def slot_set(heap: Ptr[Heap], t: Ptr[Table], slot: i64, value: i64) -> bool:
    """Set a slot that the table's shape has; False, and nothing was done, if it was nil: a slow path's work."""
    if t.slots[slot] == NIL:
        return False
    t.slots[slot] = value
    barrier(heap, cast(Ptr[Object], t))
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
        barrier(heap, cast(Ptr[Object], t))
        return True
    return False
