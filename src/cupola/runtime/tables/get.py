"""Reading tables, without metatables."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, null, u64
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, Node, Shape, String, Table
from cupola.runtime.tables.keys import (
    find_identical,
    find_integer,
    find_string,
    hash_number,
    is_wide,
    whole,
    wide_number,
)
from cupola.runtime.tables.shapes import find_slot
from cupola.runtime.values import INTEGER, NIL, OTHER, STRING, is_double, object_of, payload, tag_of


@inline
def value_of(node: Ptr[Node]) -> i64:
    """The value of a node that was looked for."""
    return NIL if node == null(Ptr[Node]) else node.value


@kernel
def table_get(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> i64:
    """The value of any key; NIL if there is none."""
    tag = tag_of(key)
    if tag == INTEGER:
        return table_get_integer(t, payload(key))
    if tag == STRING:
        return table_get_string(heap, t, key)
    if is_double(key):
        number, exact = whole(key)
        if exact:
            return table_get_integer(t, number)
    elif tag == OTHER and is_wide(key):
        return table_get_integer(t, wide_number(key))
    return value_of(find_identical(t, key, hash_number(key)))


@inline
def table_get_integer(t: Ptr[Table], number: i64) -> i64:
    """The value of an integer."""
    if u64(number - 1) < u64(t.array_size):
        return t.array[number - 1]
    return get_beyond(t, number)


@kernel
def get_beyond(t: Ptr[Table], number: i64) -> i64:
    """The value of an integer that is not in the array part."""
    return value_of(find_integer(t, number))


@kernel
def table_get_string(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> i64:
    """The value of a string (given as a value)."""
    if t.shape == null(Ptr[Shape]):
        return value_of(find_string(heap, t, key))
    if cast(Ptr[String], object_of(key)).length > LONGEST_INTERNED:  # those are in no shape
        return NIL
    slot = find_slot(heap, t.shape, key)
    return t.slots[slot] if slot >= 0 else NIL
