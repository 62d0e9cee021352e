"""Looking at objects: what each kind leads to is kept. The functions are made from `layouts`."""

from __future__ import annotations

from typing import Any

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, u8, u32
from cupola.runtime.heap.layouts import CELL, LAYOUTS, OWNED, POINTERS, VALUES, Layout
from cupola.runtime.heap.marking import RANGE, cell_at, mark, mark_cells, mark_value
from cupola.runtime.heap.state import LISTED, Heap, pop, push
from cupola.runtime.heap.weak import look_at_weak, weakness_said
from cupola.runtime.objects import (
    BYTES,
    CELLS_START,
    COROUTINE,
    KIND_NAMES,
    NODES,
    NORMAL,
    REMEMBER,
    RUNNING,
    SAYS_WEAK,
    TABLE,
    UPVALUE,
    WEAK_KEYS,
    WEAK_VALUES,
    Coroutine,
    Node,
    Object,
    Shape,
    Table,
    Upvalue,
)
from cupola.runtime.values import NIL

LOOK_WORK, MARK_WORK = 16, 64  # what looking at an object, and marking one, costs, in bytes of cells
NODE_CELLS = Node.size // CELL  # type: ignore[attr-defined]  # the last one is a small number, no reference


def make_look(kind: int, layout: Layout) -> Any:
    """The function that looks at objects of one kind; it returns the work done, in bytes."""

    @kernel
    def look(heap: Ptr[Heap], object: Ptr[Object]) -> i64:
        work = 0
        for offset in layout.value_offsets:
            mark_value(heap, cell_at(object, offset)[0])
        for offset in layout.pointer_offsets:
            mark(heap, pointer(Ptr[Object], cell_at(object, offset)[0]))
        for offset, buffer in layout.placed_buffers:
            start = cell_at(object, offset)[0]
            if start != 0:
                owned = pointer(Ptr[Object], start - buffer.start)
                mark(heap, owned)
                if buffer.kind != BYTES:
                    count = i64(owned.extra) * (NODE_CELLS if buffer.kind == NODES else 1)
                    work += mark_cells(heap, cell_at(owned, LAYOUTS[buffer.kind].size), count)
        if layout.tail == VALUES:
            work += mark_cells(heap, cell_at(object, layout.size), i64(object.extra))
        if layout.tail == POINTERS:
            items = cell_at(object, layout.size)
            for place in range(i64(object.extra)):
                mark(heap, pointer(Ptr[Object], items[place]))
        return work

    look.name = f"{__name__}.look_at_{KIND_NAMES[kind].replace(' ', '_')}"
    return look


LOOKS = {
    each: make_look(each, layout)
    for each, layout in LAYOUTS.items()
    if each != COROUTINE and each not in OWNED and not layout.is_leaf
}


@kernel
def look_at(heap: Ptr[Heap], object: Ptr[Object]) -> i64:
    """Keep what an object leads to; from now on, stores into it are to be remembered. Returns the work done."""
    object.mark = u8(i64(object.mark) | REMEMBER)
    kind = i64(object.kind)
    if kind == TABLE:
        metatable = cast(Ptr[Table], object).metatable
        if metatable != null(Ptr[Table]) and metatable.shape != null(Ptr[Shape]):
            if i64(metatable.shape.header.flags) == SAYS_WEAK:  # it may say something else by now
                object.extra = u32(weakness_said(heap, metatable))
        if i64(object.extra) & (WEAK_KEYS | WEAK_VALUES) != 0:
            return look_at_weak(heap, cast(Ptr[Table], object))
    if kind == COROUTINE:
        return look_at_coroutine(heap, cast(Ptr[Coroutine], object))
    if kind == UPVALUE:
        place = cast(Ptr[Upvalue], object).place
        if place != null(Ptr[i64]):
            mark_value(heap, place[0])
    for each, look in LOOKS.items():
        if kind == each:
            return look(heap, object)
    return 0


@kernel
def look_at_coroutine(heap: Ptr[Heap], coroutine: Ptr[Coroutine]) -> i64:
    """Keep what the live cells of a stack lead to, and clear the others, where dead objects may be named."""
    if is_running(heap, coroutine):
        list_running(heap, cast(Ptr[Object], coroutine))
    mark(heap, cast(Ptr[Object], coroutine.resumer))
    mark(heap, cast(Ptr[Object], coroutine.open))
    mark(heap, cast(Ptr[Object], coroutine.to_close))
    stack = coroutine.stack
    if stack == null(Ptr[i64]):
        return 0
    mark(heap, pointer(Ptr[Object], address(stack) - CELLS_START))
    top = coroutine.top
    if coroutine.open != null(Ptr[Upvalue]):
        top = max(top, coroutine.open.place + 1)
    end = stack + coroutine.stack_size
    cells = top
    while cells < end:
        cells[0] = NIL
        cells = cells + 1
    return mark_cells(heap, stack, top - stack) + (end - top) // 8 * CELL


@inline
def is_running(heap: Ptr[Heap], coroutine: Ptr[Coroutine]) -> bool:
    """Whether a coroutine runs, or waits for one that it has resumed."""
    status = i64(coroutine.header.flags)
    return coroutine == heap.current or status == RUNNING or status == NORMAL


@kernel
def list_running(heap: Ptr[Heap], coroutine: Ptr[Object]) -> None:
    """Have a coroutine looked at again at the end of each collection, as long as it runs."""
    mark = i64(coroutine.mark) & ~REMEMBER
    if mark & LISTED == 0:
        push(heap.running, address(coroutine))
    coroutine.mark = u8(mark | LISTED)


@kernel
def look_at_running(heap: Ptr[Heap]) -> None:
    """Look at all listed coroutines once more."""
    for place in range(heap.running.count):
        look_at_coroutine(heap, pointer(Ptr[Coroutine], heap.running.items[place]))


@kernel
def forget_stopped(heap: Ptr[Heap]) -> None:
    """After marking: those that no longer run will not change before somebody resumes them, with a barrier."""
    list = heap.running
    kept = 0
    for place in range(list.count):
        coroutine = pointer(Ptr[Coroutine], list.items[place])
        if is_running(heap, coroutine):
            list.items[kept] = address(coroutine)
            kept += 1
        else:
            coroutine.header.mark = u8(i64(coroutine.header.mark) & ~LISTED | REMEMBER)
    list.count = kept


@kernel
def forget_running(heap: Ptr[Heap]) -> None:
    """Empty the list: whatever lives will be met."""
    for place in range(heap.running.count):
        object = pointer(Ptr[Object], heap.running.items[place])
        object.mark = u8(i64(object.mark) & ~LISTED)
    heap.running.count = 0


@kernel
def look_again(heap: Ptr[Heap]) -> None:
    """Have all objects looked at once more that were stored into since."""
    list = heap.remembered
    for place in range(list.count):
        push(heap.gray, list.items[place])
    list.count = 0


@kernel
def drain(heap: Ptr[Heap], work: i64) -> i64:
    """Look at what waits, until about `work` bytes were looked at or nothing waits; returns what is left of it."""
    marked = heap.counters.marked
    while work > 0 and heap.gray.count > 0:
        item = pop(heap.gray)
        if item & RANGE != 0:
            cells = pointer(Ptr[i64], item - RANGE)
            end = pop(heap.gray)
            work -= mark_cells(heap, cells, (end - address(cells)) // CELL)
        else:
            work -= look_at(heap, pointer(Ptr[Object], item))
        work -= LOOK_WORK + (heap.counters.marked - marked) * MARK_WORK
        marked = heap.counters.marked
    return work
