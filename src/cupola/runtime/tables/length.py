"""The length of a table: a border, an integer that has a value while the next one has none."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, null, slow
from cupola.runtime.objects import Node, Table
from cupola.runtime.tables.get import table_get_integer
from cupola.runtime.tables.make import cell_count
from cupola.runtime.values import NIL

MOST_TRIMMED = 8
MOST_INTEGER = (1 << 63) - 1


@inline
def table_length(t: Ptr[Table]) -> i64:
    """A border; when the array part is full and there are no nodes, its size."""
    size = t.array_size
    if size > 0 and t.array[size - 1] != NIL and t.nodes == null(Ptr[Node]):
        return size
    return find_border(t)


@kernel
def find_border(t: Ptr[Table]) -> i64:
    """A border anywhere.

    Some nils at the array's end are cut off, so that taking from the end of a long array, and asking for its length
    again and again, is fast. (Not all, for they would have to be paid for again if the array is filled from its end.)
    """
    trimmed = 0
    while trimmed < MOST_TRIMMED and t.array_size > 0 and t.array[t.array_size - 1] == NIL:
        t.array_size -= 1
        trimmed += 1
    high = t.array_size
    if high > 0 and t.array[high - 1] == NIL:
        low = 0
        while high - low > 1:
            middle = (low + high) >> 1
            if t.array[middle - 1] == NIL:
                high = middle
            else:
                low = middle
        return low
    if t.nodes == null(Ptr[Node]) or high < cell_count(t.array):
        return high
    return search_nodes(t, high)


@slow
def search_nodes(t: Ptr[Table], low: i64) -> i64:
    """A border at or above `low`, which is 0 or has a value: steps that double, then halving between the last two."""
    if table_get_integer(t, low + 1) == NIL:
        return low
    low += 1
    high = low
    while table_get_integer(t, high) != NIL:
        low = high
        if high > MOST_INTEGER // 2:
            if table_get_integer(t, MOST_INTEGER) != NIL:
                return MOST_INTEGER
            high = MOST_INTEGER
        else:
            high *= 2
    while high - low > 1:
        middle = low + ((high - low) >> 1)
        if table_get_integer(t, middle) == NIL:
            high = middle
        else:
            low = middle
    return low
