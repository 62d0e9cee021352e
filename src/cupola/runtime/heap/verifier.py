"""Checks a heap from outside, in Python, for tests: what is reachable, and whether all of it is as it should be.

It is slow and knows nothing of how the collector works, except what it must leave behind.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

from cupola.kernel import layout_of, sizeof
from cupola.runtime.heap.layouts import CELL, LAYOUTS, POINTERS, VALUES
from cupola.runtime.heap.state import (
    ALIGNMENT,
    EPOCHS,
    FREE_LINE,
    IDLE,
    LETTERS,
    LINE_SHIFT,
    PAGE_SHIFT,
    ROOTS,
    Heap,
    List,
    Pages,
)
from cupola.runtime.objects import (
    BYTES_START,
    CELLS,
    CELLS_START,
    COROUTINE,
    KIND_NAMES,
    NODES,
    NODES_START,
    REMEMBER,
    STRING,
    TABLE,
    UPVALUE,
    WEAK_KEYS,
    WEAK_VALUES,
    Coroutine,
    Node,
    Object,
    Table,
    Upvalue,
)
from cupola.runtime.values import OTHER, SHIFT
from cupola.runtime.values import STRING as STRING_TAG

ADDRESS = (1 << 48) - 1
IN_USE = 1 << 31


class HeapError(AssertionError):
    """Something in the heap is not as it should be."""


class Found(NamedTuple):
    """A reachable object: its size in bytes (not rounded), its kind, and what it leads to strongly."""

    kind: int
    size: int
    references: tuple[int, ...]


def number(address: int, size: int = CELL) -> int:
    """The signed number in memory."""
    return int.from_bytes(ctypes.string_at(address, size), "little", signed=size == CELL)


def numbers(address: int, count: int) -> list[int]:
    """So many cells."""
    return list((ctypes.c_int64 * count).from_address(address)) if count > 0 else []


def field(struct: Any, address: int, name: str) -> int:
    """A field of a struct in memory."""
    offset, size = place_of(struct, name)
    return number(address + offset, size)


@functools.cache
def place_of(struct: Any, name: str) -> tuple[int, int]:
    """Where a field lies in its struct, and its size."""
    found = layout_of(struct)[name]
    return found.offset, found.type.size


def objects_in(values: list[int]) -> Iterator[int]:
    """The addresses of those of these values that are objects."""
    for value in values:
        if STRING_TAG <= value >> SHIFT <= OTHER:
            yield value & ADDRESS


def strings_in(values: list[int]) -> list[int]:
    """Those of these values that are strings, which even weak tables keep."""
    return [each for each in values if each >> SHIFT == STRING_TAG]


def reachable(heap: int) -> dict[int, Found]:
    """All objects that are strongly reachable, by address, checked one by one."""
    found: dict[int, Found] = {}
    waiting = list(roots(heap))
    ephemerons: list[int] = []
    while waiting:
        while waiting:
            address = waiting.pop()
            if address and address not in found:
                found[address] = each = look(heap, address)
                waiting.extend(each.references)
                if each.kind == TABLE and field(Object, address, "extra") & 3 == WEAK_KEYS:
                    ephemerons.append(address)
        for address in ephemerons:
            for key, value, _ in nodes_of(address):
                keys = list(objects_in([key]))
                if not keys or keys[0] in found or field(Object, keys[0], "kind") == STRING:
                    waiting.extend(each for each in objects_in([value]) if each not in found)
    return found


def roots(heap: int) -> Iterator[int]:
    """What is always reachable."""
    layout = layout_of(Heap)
    yield from objects_in(numbers(heap + layout["roots"].offset, ROOTS))
    yield from objects_in(numbers(field(Heap, heap, "more_roots"), field(Heap, heap, "more_count")))
    yield from objects_in(numbers(heap + layout["letters"].offset, LETTERS))
    for name in ("current", "empty_shape"):
        yield field(Heap, heap, name)
    for name, start in (("interned", BYTES_START), ("shape_cache", BYTES_START), ("shapes", CELLS_START)):
        if field(Heap, heap, name):
            yield field(Heap, heap, name) - start
    if shapes := field(Heap, heap, "shapes"):
        yield from objects_in(numbers(shapes, field(Object, shapes - CELLS_START, "extra")))
    waiting = heap + layout["to_finalize"].offset
    first = field(Heap, heap, "to_finalize_first")
    yield from numbers(field(List, waiting, "items"), field(List, waiting, "count"))[first:]


def nodes_of(table: int) -> list[list[int]]:
    """The nodes of a table: key, value, distance."""
    nodes = field(Table, table, "nodes")
    if not nodes:
        return []
    count = field(Object, nodes - NODES_START, "extra")
    cells = numbers(nodes, count * sizeof(Node) // CELL)
    return [cells[place : place + 3] for place in range(0, len(cells), 3)]


def look(heap: int, address: int) -> Found:
    """One object, checked."""
    kind = field(Object, address, "kind") if inside(heap, address) else 0
    if kind not in LAYOUTS:
        raise HeapError(f"{address:#x} is reachable, but no object lies there")
    layout = LAYOUTS[kind]
    extra = field(Object, address, "extra")
    size = layout.size + layout.item * extra
    if layout.length:
        size += number(address + layout.length_offset)
    check_place(heap, address, kind, size)
    references = list(objects_in([number(address + each) for each in layout.value_offsets]))
    references += [number(address + each) for each in layout.pointer_offsets]
    weakness = extra & (WEAK_KEYS | WEAK_VALUES) if kind == TABLE else 0
    for offset, buffer in layout.placed_buffers:
        start = number(address + offset)
        if not start:
            continue
        references.append(start - buffer.start)
        cells: list[int] = []
        if buffer.kind == CELLS and kind == COROUTINE:
            cells = numbers(start, (field(Coroutine, address, "top") - start) // CELL)
        elif buffer.kind == CELLS:
            first = start - buffer.start + CELLS_START
            cells = numbers(first, field(Object, start - buffer.start, "extra"))
            if weakness & WEAK_VALUES:
                cells = strings_in(cells)
        elif buffer.kind == NODES:
            keys, values = ([each[place] for each in nodes_of(address)] for place in (0, 1))
            cells = strings_in(keys) if weakness & WEAK_KEYS else keys
            if weakness == WEAK_VALUES:
                cells += strings_in(values)
            elif not weakness:
                cells += values
        references.extend(objects_in(cells))
    if kind == UPVALUE and field(Upvalue, address, "place"):
        references.extend(objects_in([number(field(Upvalue, address, "place"))]))
    if layout.tail == VALUES and kind not in (CELLS, NODES):
        references.extend(objects_in(numbers(address + layout.size, extra)))
    if layout.tail == POINTERS:
        references.extend(numbers(address + layout.size, extra))
    return Found(kind, size, tuple(each for each in references if each))


def inside(heap: int, address: int) -> bool:
    """Whether objects may lie at an address."""
    start, top = field(Heap, heap, "blocks_start"), field(Heap, heap, "blocks_top")
    pages = heap + layout_of(Heap)["pages"].offset
    first = field(Pages, pages, "start")
    return (
        start <= address < top or first <= address < first + (field(Pages, pages, "top") << PAGE_SHIFT)
    ) and address % ALIGNMENT == 0


def check_place(heap: int, address: int, kind: int, size: int) -> None:
    """The memory of an object must be in use."""
    name = f"the {KIND_NAMES[kind]} of {size} bytes at {address:#x}"
    pages = heap + layout_of(Heap)["pages"].offset
    start = field(Pages, pages, "start")
    marked = field(Object, address, "mark") & EPOCHS == field(Heap, heap, "epoch")
    epoch = field(Heap, heap, "epoch")
    if address >= start:
        page = (address - start) >> PAGE_SHIFT
        head = number(field(Pages, pages, "heads") + 4 * page, 4)
        if address & ((1 << PAGE_SHIFT) - 1) or not head & IN_USE:
            raise HeapError(f"{name} is not where a large object lies")
        if size > (head & 0xFFFFFF) << PAGE_SHIFT:
            raise HeapError(f"{name} is longer than its pages")
        if marked and number(field(Pages, pages, "marks") + page, 1) != epoch:
            raise HeapError(f"{name} is marked, but not its pages")
        return
    first = (address - field(Heap, heap, "blocks_start")) >> LINE_SHIFT
    last = (address + size - 1 - field(Heap, heap, "blocks_start")) >> LINE_SHIFT
    lines = ctypes.string_at(field(Heap, heap, "lines") + first, last - first + 1)
    if FREE_LINE in lines:
        raise HeapError(f"{name} lies in a free line")
    if marked and set(lines) != {epoch}:
        raise HeapError(f"{name} is marked, but not its lines")


def verify(heap: int) -> dict[int, Found]:
    """Check everything; the reachable objects by address."""
    found = reachable(heap)
    end = 0
    for address, each in sorted(found.items()):
        if address < end:
            raise HeapError(f"two objects overlap at {address:#x}")
        end = address + each.size
    check_allocation(heap, found)
    if field(Heap, heap, "phase") == IDLE:
        check_marks(heap, found)
    return found


def check_allocation(heap: int, found: dict[int, Found]) -> None:
    """No object lies where the next ones will."""
    for first, last in (("next", "run_end"), ("overflow_next", "overflow_end")):
        start, end = field(Heap, heap, first), field(Heap, heap, last)
        for address, each in found.items():
            if start < end and address < end and address + each.size > start:
                raise HeapError(f"the {KIND_NAMES[each.kind]} at {address:#x} lies in free memory")


def check_marks(heap: int, found: dict[int, Found]) -> None:
    """What is marked and was not stored into since leads to what is marked."""
    epoch = field(Heap, heap, "epoch")
    current = field(Heap, heap, "current")
    for address, each in found.items():
        mark = field(Object, address, "mark")
        if mark & EPOCHS != epoch or not mark & REMEMBER or address == current or each.kind == UPVALUE:
            continue
        for reference in each.references:
            if field(Object, reference, "mark") & EPOCHS != epoch:
                raise HeapError(
                    f"the {KIND_NAMES[each.kind]} at {address:#x} was looked at, but leads to the "
                    f"{KIND_NAMES[found[reference].kind]} at {reference:#x}, which is not marked"
                )
