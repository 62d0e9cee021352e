"""Marking one object, one value, a run of cells.

A marked object waits in `Heap.gray` until it is looked at (`tracing`). A long run of cells is looked at in pieces, and
its rest waits there too, so that neither the work in one go nor the length of the list depends on it.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, select, static, u8
from cupola.runtime.heap.layouts import CELL, LAYOUTS, OWNED
from cupola.runtime.heap.state import EPOCHS, LINE_SHIFT, PAGE_SHIFT, Heap, push
from cupola.runtime.objects import REMEMBER, Object
from cupola.runtime.values import STRING, address_in, is_object, tag_of

RANGE = 1  # the lowest bit of an item of `gray`: it is the address of cells, whose end lies below it
PIECE = 256  # cells looked at in one go
GROUP = 8  # cells looked at together


@inline
def is_marked(heap: Ptr[Heap], object: Ptr[Object]) -> bool:
    """Whether this collection, or an earlier one that counts, has found the object."""
    return i64(object.mark) & EPOCHS == heap.epoch


@inline
def mark(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Keep an object, if it is not null."""
    if object != null(Ptr[Object]) and not is_marked(heap, object):
        mark_new(heap, object)


@inline
def mark_value(heap: Ptr[Heap], value: i64) -> None:
    """Keep the object that a value is, if it is one."""
    if is_object(value):
        object = pointer(Ptr[Object], address_in(value))
        if not is_marked(heap, object):
            mark_new(heap, object)


@inline
def is_unmarked(heap: Ptr[Heap], value: i64) -> bool:
    """Whether a value is an object of any kind that is not marked."""
    return is_object(value) and not is_marked(heap, pointer(Ptr[Object], address_in(value)))


@inline
def is_dying(heap: Ptr[Heap], value: i64) -> bool:
    """Whether a value is an object that is not marked. A string never is: it is marked when it is asked about."""
    if not is_object(value):
        return False
    object = pointer(Ptr[Object], address_in(value))
    if is_marked(heap, object):
        return False
    if tag_of(value) == STRING:
        mark_new(heap, object)
        return False
    return True


@inline
def cell_at(object: Ptr[Object], offset: i64) -> Ptr[i64]:
    """The cell so many bytes into an object."""
    return cast(Ptr[i64], cast(Ptr[u8], object) + offset)


@inline
def size_of(object: Ptr[Object]) -> i64:
    """The bytes of an object, not rounded; 0 for a kind that does not exist."""
    kind = i64(object.kind)
    size = 0
    for each, layout in LAYOUTS.items():
        if kind == each:
            size = layout.size
            if layout.item != 0:
                size += i64(object.extra) * layout.item
            if layout.length != "":
                size += cell_at(object, layout.length_offset)[0]
    return size


@kernel
def mark_new(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Mark an object and the lines it lies in, and have it looked at if it may lead on."""
    object.mark = u8(i64(object.mark) & ~(EPOCHS | REMEMBER) | heap.epoch)
    heap.counters.marked += 1
    place = address(object)
    if place >= heap.pages.start:
        heap.pages.marks[(place - heap.pages.start) >> PAGE_SHIFT] = u8(heap.epoch)
    else:
        mark_lines(heap, place - heap.blocks_start, size_of(object))
    kind = i64(object.kind)
    for each, layout in LAYOUTS.items():
        if layout.is_leaf or each in OWNED:
            if kind == each:
                return
    push(heap.gray, place)


@inline
def mark_lines(heap: Ptr[Heap], start: i64, size: i64) -> None:
    """Mark the lines of `size` bytes."""
    epoch = u8(heap.epoch)
    last = (start + size - 1) >> LINE_SHIFT
    line = start >> LINE_SHIFT
    while line <= last:
        if heap.lines[line] != epoch:
            heap.lines[line] = epoch
            heap.marked_lines += 1
        line += 1


@kernel
def mark_cells(heap: Ptr[Heap], cells: Ptr[i64], count: i64) -> i64:
    """Keep what so many cells lead to; returns the work done, in bytes."""
    if count > PIECE:
        push(heap.gray, address(cells + count))
        push(heap.gray, address(cells + PIECE) | RANGE)
        count = PIECE
    place = 0
    while place + GROUP <= count:
        if has_objects(cells + place) and not all_marked(heap, cells + place):
            for each in range(place, place + GROUP):
                mark_value(heap, cells[each])
        place += GROUP
    while place < count:
        mark_value(heap, cells[place])
        place += 1
    return count * CELL


@inline
def has_objects(cells: Ptr[i64]) -> bool:
    """Whether a group of cells leads to anything at all: arrays of numbers do not."""
    found = False
    for place in static(range(GROUP)):
        found = found | is_object(cells[place])
    return found


@inline
def all_marked(heap: Ptr[Heap], cells: Ptr[i64]) -> bool:
    """Whether none of a group of cells leads to something that is not marked. None is waited for before the next one is
    asked for, as would be if a branch stood between them."""
    marked = True
    for place in static(range(GROUP)):
        value = cells[place]
        leads = is_object(value)
        object = select(leads, address_in(value), address(cells + place))  # anything that can be read
        marked = marked & ((leads ^ True) | is_marked(heap, pointer(Ptr[Object], object)))
    return marked
