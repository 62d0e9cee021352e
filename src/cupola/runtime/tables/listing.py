"""What is in a table, as another table."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, null
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import Table
from cupola.runtime.tables.make import new_table
from cupola.runtime.tables.next import LAST, next_from
from cupola.runtime.tables.set import table_set
from cupola.runtime.tables.status import OK
from cupola.runtime.values import integer


@kernel
def table_keys(heap: Ptr[Heap], t: Ptr[Table]) -> Ptr[Table]:
    """A new table that has all keys of another as its elements; null: no memory."""
    made = new_table(heap, 4, 0)
    found = cast(Ptr[i64], local(Array[i64, 2]))
    count = 0
    at = 0
    while made != null(Ptr[Table]):
        at = next_from(t, at, found)
        if at == LAST:
            break
        count += 1
        if table_set(heap, made, integer(count), found[0]) != OK:
            return null(Ptr[Table])
    return made
