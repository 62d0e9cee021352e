"""Tables that others inherit from, as far as inline caches rely on it: a number tells when what they know is old.

A cache may keep where an inherited value lies: in which cell of which table, found along a chain of metatables. That
stays right as long as no table of the chain gets or loses a string, or another metatable, or another table as the
value of one. Those that do carry ANCESTOR in their mark byte; whoever changes one so says it here, and
`Heap.lineage`, which every cache keeps beside what it learnt, gets another value. So it does when one dies, as its
address may come to mean another table.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, inline, kernel, pointer, slow, u8, unlikely
from cupola.runtime.heap.marking import is_marked
from cupola.runtime.heap.state import ANCESTOR, MOST_ANCESTORS, Heap
from cupola.runtime.objects import Object, Table


@kernel
def note_ancestor(heap: Ptr[Heap], table: Ptr[Table]) -> bool:
    """Watch a table from now on; False if too many are watched already."""
    if is_ancestor(table):
        return True
    if heap.ancestors_count == MOST_ANCESTORS:
        return False
    heap.ancestors[heap.ancestors_count] = address(table)
    heap.ancestors_count += 1
    table.header.mark = u8(i64(table.header.mark) | ANCESTOR)
    return True


@inline
def is_ancestor(table: Ptr[Table]) -> bool:
    """Whether caches rely on what strings this table has."""
    return i64(table.header.mark) & ANCESTOR != 0


@inline
def changes_ancestor(heap: Ptr[Heap], table: Ptr[Table]) -> None:
    """To be called when a table gets or loses a string, or its metatable changes."""
    if unlikely(is_ancestor(table)):
        changes_lineage(heap)


@slow
def changes_lineage(heap: Ptr[Heap]) -> None:
    """To be called when what caches know of inherited values may have become wrong."""
    heap.lineage += 1


@kernel
def forget_ancestors(heap: Ptr[Heap]) -> None:
    """After marking: watch the dead no longer."""
    kept = 0
    for index in range(heap.ancestors_count):
        each = heap.ancestors[index]
        if is_marked(heap, pointer(Ptr[Object], each)):
            heap.ancestors[kept] = each
            kept += 1
    if kept != heap.ancestors_count:
        heap.ancestors_count = kept
        changes_lineage(heap)


@inline
def is_watched(table: Ptr[Table], bits: i64) -> bool:
    """Whether a table's mark byte has ANCESTOR or one of `bits`."""
    return i64(table.header.mark) & (ANCESTOR | bits) != 0
