"""Weak tables: what they hold weakly is taken out when nothing else keeps it.

Keys that are weak keep their values only as long as they live (ephemerons), even if the value leads back to the key.
Strings are values, like numbers, and are never taken out. A key that died becomes DEAD_KEY: its node stays where it is,
with the value NIL, so that chains and traversals go on. A string that is the key of nothing any more is as dead.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, kernel, null, pointer, slow, u8
from cupola.runtime.heap.ancestors import changes_ancestor
from cupola.runtime.heap.layouts import CELL
from cupola.runtime.heap.marking import is_dying, is_unmarked, mark, mark_cells, mark_value
from cupola.runtime.heap.state import LISTED, Heap, push
from cupola.runtime.objects import (
    CELLS_START,
    NODES_START,
    STRING_BYTES,
    WEAK_KEYS,
    WEAK_VALUES,
    Cells,
    Object,
    String,
    Table,
)
from cupola.runtime.values import DEAD_KEY, NIL, STRING, object_of, tag_of

BOTH = WEAK_KEYS | WEAK_VALUES
LETTER_K, LETTER_V = ord("k"), ord("v")


@kernel
def weakness_said(heap: Ptr[Heap], metatable: Ptr[Table]) -> i64:
    """What a metatable whose shape is SAYS_WEAK says to be weak."""
    slot = metatable.shape.count - 1
    while metatable.shape.keys[slot] != heap.weak_name:
        slot -= 1
    return weakness_in(metatable.slots[slot])


@slow
def weakness_in(mode: i64) -> i64:
    """What is weak by a value that should be a string: with a `k` keys are, with a `v` values."""
    found: i64 = 0
    if tag_of(mode) == STRING:
        string = cast(Ptr[String], object_of(mode))
        bytes = cast(Ptr[u8], string) + STRING_BYTES
        for place in range(string.length):
            letter = i64(bytes[place])
            if letter == LETTER_K:
                found |= WEAK_KEYS
            elif letter == LETTER_V:
                found |= WEAK_VALUES
    return found


@kernel
def look_at_weak(heap: Ptr[Heap], table: Ptr[Table]) -> i64:
    """Keep what a weak table holds strongly, and list it for later; returns the work done, in bytes."""
    object = cast(Ptr[Object], table)
    if i64(object.mark) & LISTED == 0:
        object.mark = u8(i64(object.mark) | LISTED)
        push(heap.weak, address(object))
    mark(heap, cast(Ptr[Object], table.shape))
    mark(heap, cast(Ptr[Object], table.metatable))
    work = look_at_weak_cells(heap, table, table.slots) + look_at_weak_cells(heap, table, table.array)
    count = count_of_nodes(table)
    if count > 0:
        mark(heap, pointer(Ptr[Object], address(table.nodes) - NODES_START))
        if i64(object.extra) & WEAK_KEYS == 0:
            for place in range(count):
                mark_value(heap, table.nodes[place].key)
        else:
            look_at_ephemerons(heap, table)
    return work + count * (3 * CELL)


@kernel
def look_at_weak_cells(heap: Ptr[Heap], table: Ptr[Table], cells: Ptr[i64]) -> i64:
    """Keep slots or an array, and what is in there if only keys are weak."""
    if cells == null(Ptr[i64]):
        return 0
    owned = pointer(Ptr[Object], address(cells) - CELLS_START)
    mark(heap, owned)
    if i64(table.header.extra) & WEAK_VALUES != 0:
        return 0
    return mark_cells(heap, cells, i64(owned.extra))


@kernel
def count_of_nodes(table: Ptr[Table]) -> i64:
    """How many nodes it has."""
    if address(table.nodes) == 0:
        return 0
    return i64(pointer(Ptr[Object], address(table.nodes) - NODES_START).extra)


@kernel
def look_at_ephemerons(heap: Ptr[Heap], table: Ptr[Table]) -> bool:
    """Keep the values of keys that live; whether there were new ones."""
    changed = False
    if i64(table.header.extra) & WEAK_VALUES == 0:
        for place in range(count_of_nodes(table)):
            node = table.nodes + place
            if not is_dying(heap, node.key) and is_dying(heap, node.value):
                mark_value(heap, node.value)
                changed = True
    return changed


@kernel
def clear_values(heap: Ptr[Heap]) -> None:
    """Take out values that died."""
    for index in range(heap.weak.count):
        table = pointer(Ptr[Table], heap.weak.items[index])
        if i64(table.header.extra) & WEAK_VALUES != 0:
            changes_ancestor(heap, table)
            clear_cells(heap, table.slots)
            clear_cells(heap, table.array)
            for place in range(count_of_nodes(table)):
                node = table.nodes + place
                if is_dying(heap, node.value):
                    node.value = NIL


@kernel
def clear_cells(heap: Ptr[Heap], cells: Ptr[i64]) -> None:
    """Take the dying out of slots or an array."""
    if cells != null(Ptr[i64]):
        for place in range(i64(cast(Ptr[Cells], address_before(cells)).header.extra)):
            if is_dying(heap, cells[place]):
                cells[place] = NIL


@kernel
def address_before(cells: Ptr[i64]) -> Ptr[Object]:
    """The Cells object of slots or an array."""
    return pointer(Ptr[Object], address(cells) - CELLS_START)


@kernel
def clear_keys(heap: Ptr[Heap]) -> None:
    """Take out the entries whose keys died."""
    for index in range(heap.weak.count):
        table = pointer(Ptr[Table], heap.weak.items[index])
        if i64(table.header.extra) & WEAK_KEYS != 0:
            for place in range(count_of_nodes(table)):
                node = table.nodes + place
                if (node.value == NIL and is_unmarked(heap, node.key)) or is_dying(heap, node.key):
                    node.key = DEAD_KEY
                    node.value = NIL


@kernel
def forget_weak(heap: Ptr[Heap]) -> None:
    """Empty the list of weak tables."""
    for index in range(heap.weak.count):
        object = pointer(Ptr[Object], heap.weak.items[index])
        object.mark = u8(i64(object.mark) & ~LISTED)
    heap.weak.count = 0
