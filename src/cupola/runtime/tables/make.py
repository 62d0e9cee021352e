"""New tables, and memory for their parts."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, memory_copy, null, sizeof, u8, u32
from cupola.runtime.heap.heap import Heap, allocate, allocate_bytes
from cupola.runtime.objects import CELLS, CELLS_START, TABLE, Cells, Object, Table
from cupola.runtime.tables.shapes import MOST_KEYS
from cupola.runtime.values import NIL

CELL = 8  # bytes


@kernel
def new_table(heap: Ptr[Heap], array_size: i64, fields: i64) -> Ptr[Table]:
    """An empty table with room for so many elements and fields, or null."""
    made = cast(Ptr[Table], allocate(heap, TABLE, sizeof(Table)))
    if made == null(Ptr[Table]):
        return made
    made.shape = heap.empty_shape
    if array_size > 0:
        made.array = new_array(heap, array_size, null(Ptr[i64]), 0)
        if made.array == null(Ptr[i64]):
            return null(Ptr[Table])
    if fields > 0:
        made.slots = new_cells(heap, min(fields, MOST_KEYS))
        if made.slots == null(Ptr[i64]):
            return null(Ptr[Table])
    return made


@kernel
def new_cells(heap: Ptr[Heap], count: i64) -> Ptr[i64]:
    """So many cells, 0.0 each, or null."""
    made = cast(Ptr[Cells], allocate(heap, CELLS, CELLS_START + count * CELL))
    if made == null(Ptr[Cells]):
        return null(Ptr[i64])
    made.header.extra = u32(count)
    return cast(Ptr[i64], cast(Ptr[u8], made) + CELLS_START)


@kernel
def new_array(heap: Ptr[Heap], count: i64, first: Ptr[i64], given: i64) -> Ptr[i64]:
    """So many cells, the first `given` of them as those from `first` on, the others nil; or null."""
    made = cast(Ptr[Cells], allocate_bytes(heap, CELLS, CELLS_START + count * CELL))
    if made == null(Ptr[Cells]):
        return null(Ptr[i64])
    made.header.extra = u32(count)
    cells = cast(Ptr[i64], cast(Ptr[u8], made) + CELLS_START)
    if given > 0:
        memory_copy(cells, first, given * CELL)
    fill_nil(cells + given, count - given)
    return cells


@inline
def fill_nil(cells: Ptr[i64], count: i64) -> None:
    """Set so many cells to nil."""
    for place in range(count):
        cells[place] = NIL


@inline
def cell_count(cells: Ptr[i64]) -> i64:
    """How many cells there are in the memory of an array or of slots, which may be null."""
    if cells == null(Ptr[i64]):
        return 0
    return i64(cast(Ptr[Object], cast(Ptr[u8], cells) - CELLS_START).extra)
