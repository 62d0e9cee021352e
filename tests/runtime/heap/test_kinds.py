"""What each kind of object keeps alive, and the stacks of coroutines."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from cupola.kernel import layout_of, sizeof
from cupola.runtime import objects
from cupola.runtime.heap.layouts import CELL, LAYOUTS, POINTERS, VALUES
from cupola.runtime.heap.reference import rows
from cupola.runtime.heap.state import Heap
from cupola.runtime.heap.verifier import HeapError, field, number, verify
from cupola.runtime.objects import (
    CELLS_START,
    COROUTINE,
    KIND_NAMES,
    NORMAL,
    RUNNING,
    SUSPENDED,
    UPVALUE,
    Coroutine,
    Object,
    Upvalue,
)
from cupola.runtime.values import OTHER, reference
from tests.runtime.heap.worlds import NIL, World, integer, table_value

HOLDERS = [
    each for each in LAYOUTS if not LAYOUTS[each].is_leaf and each not in (objects.CELLS, objects.NODES)
]


@pytest.mark.parametrize("kind", HOLDERS, ids=lambda kind: KIND_NAMES[kind])
@pytest.mark.parametrize("full", [True, False])
def test_each_reference_keeps_what_it_leads_to(kind: int, full: bool) -> None:
    """Values, pointers and what follows the struct, as the table of layouts has them."""
    world = World()
    layout = LAYOUTS[kind]
    items = 3 if layout.tail else 0
    holder = world.new(kind, layout.size + layout.item * items)
    if items:
        world.write(Object, holder, "extra", items)
    world.root(0, reference(OTHER, holder))
    places = [(each, True) for each in layout.value_offsets] + [
        (each, False) for each in layout.pointer_offsets
    ]
    places += [(layout.size + CELL * each, layout.tail == VALUES) for each in range(items)]
    expected = set()
    for offset, is_value in places:
        child = world.table()
        world.store(holder, holder + offset, table_value(child) if is_value else child)
        expected.add(child)
    for offset, buffer in layout.placed_buffers:
        if buffer.kind == objects.CELLS and kind != COROUTINE:
            child = world.table()
            owned = world.cells(2)
            world.store(holder, holder + offset, owned + buffer.start)
            world.store(holder, owned + CELLS_START + 8, table_value(child))
            expected |= {child, owned}
    lost = world.table()
    found = world.collect(full)
    assert expected <= set(found)
    assert lost not in found
    assert world.counter("marked") == len(found)


def test_every_pointer_of_a_struct_is_known() -> None:
    """A field that points to an object, or into a buffer, stands in the table; others are named here."""
    others = {"code", "function", "lines", "place", "base", "top", "pc", "high"}
    for layout in LAYOUTS.values():
        known = {*layout.pointers, *(each.field for each in layout.buffers)}
        fields = layout_of(layout.struct)
        pointers = {name for name, each in fields.items() if each.type.name.startswith("Ptr[")}
        assert known <= pointers
        assert pointers - known <= others


def coroutine(world: World, size: int, top: int, status: int) -> int:
    """A coroutine whose stack is full of tables."""
    made = world.new(COROUTINE, sizeof(Coroutine))
    owned = world.cells(size)
    stack = owned + CELLS_START
    world.write(Coroutine, made, "stack", stack)
    world.write(Coroutine, made, "stack_size", size)
    world.write(Coroutine, made, "top", stack + 8 * top)
    world.write(Object, made, "flags", status)
    for place in range(size):
        set_cell(world, made, place, table_value(world.table()))
    return made


def set_cell(world: World, coroutine: int, place: int, value: int) -> None:
    """A store into a stack: without a barrier."""
    ctypes.c_int64.from_address(field(Coroutine, coroutine, "stack") + 8 * place).value = value


def cell(coroutine: int, place: int) -> int:
    return number(field(Coroutine, coroutine, "stack") + 8 * place)


def test_stacks_live_up_to_their_tops() -> None:
    world = World()
    made = coroutine(world, 50, 20, SUSPENDED)
    set_cell(world, made, 3, 0x7FFF1234)  # an address of guest code
    world.root(0, reference(OTHER, made))
    found = world.collect()
    assert len(found) == 2 + 19
    assert [cell(made, place) for place in range(20, 50)] == [NIL] * 30


@pytest.mark.parametrize("status", [RUNNING, NORMAL])
def test_stacks_that_change_without_barriers(status: int) -> None:
    """One that runs, or waits for one that runs, is looked at in each collection; after it has stopped, once more."""
    world = World()
    made = coroutine(world, 10, 10, status)
    world.root(0, reference(OTHER, made))
    world.collect(full=False)
    for full in (False, False, True, False):
        young = world.table()
        set_cell(world, made, 4, table_value(young))
        assert young in world.collect(full)
    young = world.table()
    set_cell(world, made, 4, table_value(young))
    world.write(Object, made, "flags", SUSPENDED)
    assert young in world.collect(full=False)
    assert world.list("running") == []


def test_the_current_stack_is_a_root() -> None:
    world = World()
    made = coroutine(world, 10, 10, SUSPENDED)
    layout = layout_of(Heap)["current"]
    ctypes.c_int64.from_address(world.heap + layout.offset).value = made
    world.collect(full=False)
    young = world.table()
    set_cell(world, made, 4, table_value(young))
    assert young in world.collect(full=False)


def test_a_stack_that_changes_while_it_is_marked() -> None:
    world = World()
    made = coroutine(world, 10, 10, RUNNING)
    world.root(0, reference(OTHER, made))
    young = [world.table() for _ in range(10)]
    for place in range(10):
        world.put("threshold", 0)
        world.step(1)
        set_cell(world, made, place, table_value(young[place]))
    world.write(Object, made, "flags", SUSPENDED)
    found = world.collect(full=False)
    assert set(young) <= set(found)


def open_upvalue(world: World, coroutine: int, place: int, next: int = 0) -> int:
    made = world.new(UPVALUE, sizeof(Upvalue))
    world.write(Upvalue, made, "place", field(Coroutine, coroutine, "stack") + 8 * place)
    world.write(Upvalue, made, "value", reference(OTHER, coroutine))
    world.write(Upvalue, made, "next", next)
    return made


def test_open_upvalues_keep_stacks() -> None:
    """Those of a coroutine that nothing else names, and cells above its top."""
    world = World()
    made = coroutine(world, 10, 2, SUSPENDED)
    low = open_upvalue(world, made, 1)
    high = open_upvalue(world, made, 5, low)
    world.write(Coroutine, made, "open", high)
    child = cell(made, 5)
    world.root(0, reference(OTHER, low))
    found = world.collect()
    assert {low, high, made, child & ((1 << 48) - 1)} <= set(found)
    assert [cell(made, place) == NIL for place in range(10)] == [False] * 6 + [True] * 4


def test_stores_through_open_upvalues() -> None:
    """The stack of a suspended coroutine is not looked at again, but the upvalue is."""
    world = World()
    made = coroutine(world, 10, 10, SUSPENDED)
    upvalue = open_upvalue(world, made, 5)
    world.write(Coroutine, made, "open", upvalue)
    world.root(0, reference(OTHER, made))
    world.collect(full=False)
    young = world.table()
    world.store(upvalue, field(Upvalue, upvalue, "place"), table_value(young))
    assert young in world.collect(full=False)
    assert world.table() != young


def test_the_verifier_finds_what_is_wrong() -> None:
    world = World()
    table = world.table(array=2)
    other = world.table()
    world.root(0, table_value(table))
    world.set(table, 0, table_value(other))
    world.collect()
    broken: list[tuple[Any, str]] = [
        (lambda: world.write(Object, other, "kind", 77), "no object lies there"),
        (lambda: world.write(Object, other, "kind", 0), "no object lies there"),
        (lambda: set_raw(world.cell(table, 0), table_value(other + 8)), "no object lies there"),
        (lambda: set_raw(world.cell(table, 0), table_value(1 << 20)), "no object lies there"),
        (lambda: set_raw(world.cell(table, 0), table_value(world.table())), "which is not marked"),
        (lambda: world.write(Object, other, "mark", 0), "which is not marked"),
        (lambda: world.write(Object, world.cell(table, 0) - CELLS_START, "extra", 5), "overlap"),
    ]
    for change, message in broken:
        saved = cells_of(world)
        change()
        with pytest.raises(HeapError, match=message):
            verify(world.heap)
        restore(world, saved)
    verify(world.heap)


def set_raw(place: int, value: int) -> None:
    """A store without a barrier."""
    ctypes.c_int64.from_address(place).value = value


def cells_of(world: World) -> bytes:
    """The memory of small objects, and the state of the heap."""
    start = world.take("blocks_start")
    return ctypes.string_at(start, 1 << 15) + world.state.raw


def restore(world: World, saved: bytes) -> None:
    ctypes.memmove(world.take("blocks_start"), saved[: 1 << 15], 1 << 15)
    ctypes.memmove(world.heap, saved[1 << 15 :], len(saved) - (1 << 15))


def test_the_page_has_the_present_table() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "collector.md").read_text(encoding="utf-8")
    table = page.split("heap.reference` -->\n")[1].split("<!-- end -->")[0]
    assert table.splitlines() == rows()


def test_layouts_of_all_kinds() -> None:
    assert set(LAYOUTS) == set(range(1, len(KIND_NAMES)))
    assert {each.tail for each in LAYOUTS.values()} == {"", VALUES, POINTERS}
    assert integer(5) != NIL
