"""Heaps for tests: objects made and changed from Python, byte by byte, with the barriers that code of a guest has."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

from cupola.kernel import Ptr, compile_native, i64, kernel, layout_of, sizeof
from cupola.machine.memory import map_anywhere
from cupola.runtime import objects
from cupola.runtime.heap import heap as heaps
from cupola.runtime.heap.collector import collect, step
from cupola.runtime.heap.finalizers import finalize_all, next_to_finalize, register_finalizer, register_host
from cupola.runtime.heap.heap import Heap
from cupola.runtime.heap.setting_up import set_up, space_for
from cupola.runtime.heap.state import Counters, List, Policy
from cupola.runtime.heap.verifier import Found, field, number, numbers, verify
from cupola.runtime.objects import (
    CELLS,
    CELLS_START,
    NODES,
    NODES_START,
    STRING,
    STRING_BYTES,
    TABLE,
    Node,
    Object,
    String,
    Table,
)
from cupola.runtime.values import NIL, integer, reference
from cupola.runtime.values import STRING as STRING_TAG
from cupola.runtime.values import TABLE as TABLE_TAG


@kernel
def store(heap: Ptr[Heap], object: Ptr[Object], place: Ptr[i64], value: i64) -> None:
    """Store a cell that belongs to an object."""
    place[0] = value
    heaps.barrier(heap, object)


@kernel
def wants(heap: Ptr[Heap]) -> bool:
    return heaps.wants_collection(heap)


@kernel
def in_use(heap: Ptr[Heap]) -> i64:
    return heaps.in_use(heap)


FUNCTIONS = (
    heaps.allocate,
    store,
    wants,
    in_use,
    set_up,
    space_for,
    collect,
    step,
    register_finalizer,
    register_host,
    next_to_finalize,
    finalize_all,
)


@functools.cache
def compiled() -> dict[str, Callable[..., Any]]:
    """The functions above by their last names."""
    found = compile_native(FUNCTIONS)
    return {name.rpartition(".")[2]: function for name, function in found.items()}


class World:
    """One heap. Objects are addresses."""

    def __init__(self, limit: int = 1 << 24) -> None:
        self.native = compiled()
        self.memory = map_anywhere(space_for(limit))
        self.state = ctypes.create_string_buffer(sizeof(Heap))
        self.heap = ctypes.addressof(self.state)
        assert self.native["set_up"](self.heap, self.memory.address, self.memory.size, limit)
        for place in range(heaps.ROOTS):
            self.root(place, NIL)

    def put(self, name: str, value: int) -> None:
        ctypes.c_int64.from_address(self.heap + layout_of(Heap)[name].offset).value = value

    def take(self, name: str) -> int:
        return field(Heap, self.heap, name)

    def list(self, name: str) -> list[int]:
        """The items of one of the collector's lists."""
        place = self.heap + layout_of(Heap)[name].offset
        return numbers(field(List, place, "items"), field(List, place, "count"))

    def counter(self, name: str) -> int:
        return field(Counters, self.heap + layout_of(Heap)["counters"].offset, name)

    def policy(self, name: str, value: int) -> None:
        place = self.heap + layout_of(Heap)["policy"].offset + layout_of(Policy)[name].offset
        ctypes.c_int64.from_address(place).value = value

    def root(self, place: int, value: int) -> None:
        ctypes.c_int64.from_address(self.heap + layout_of(Heap)["roots"].offset + 8 * place).value = value

    def new(self, kind: int, size: int) -> int:
        """The address of a new object, 0 for no memory; it must come zeroed."""
        made = int(self.native["allocate"](self.heap, kind, size) or 0)
        if made:
            expected = bytes([kind]) + bytes(size - 1)
            assert ctypes.string_at(made, size) == expected, f"{size} bytes at {made:#x} are not zeroed"
        return made

    def write(self, struct: Any, address: int, name: str, value: int) -> None:
        found = layout_of(struct)[name]
        ctypes.memmove(
            address + found.offset,
            (value & (1 << 8 * found.type.size) - 1).to_bytes(found.type.size, "little"),
            found.type.size,
        )

    def string(self, content: bytes) -> int:
        made = self.new(STRING, STRING_BYTES + len(content) + 1)
        if made:
            self.write(String, made, "length", len(content))
            ctypes.memmove(made + STRING_BYTES, content, len(content))
        return made

    def cells(self, count: int) -> int:
        made = self.new(CELLS, CELLS_START + 8 * count)
        if made:
            self.write(Object, made, "extra", count)
            ctypes.memmove(made + CELLS_START, NIL.to_bytes(8, "little", signed=True) * count, 8 * count)
        return made

    def table(self, array: int = 0, nodes: int = 0, weakness: int = 0) -> int:
        """A table with cells in its array, and nodes without keys."""
        made = self.new(TABLE, sizeof(Table))
        if not made:
            return 0
        self.write(Object, made, "extra", weakness)
        if array:
            owned = self.cells(array)
            if not owned:
                return 0
            self.write(Table, made, "array", owned + CELLS_START)
            self.write(Table, made, "array_size", array)
        if nodes:
            owned = self.new(NODES, NODES_START + sizeof(Node) * nodes)
            if not owned:
                return 0
            self.write(Object, owned, "extra", nodes)
            self.write(Table, made, "nodes", owned + NODES_START)
            self.write(Table, made, "node_mask", nodes - 1)
            for place in range(nodes):
                for name in ("key", "value"):
                    self.write(Node, owned + NODES_START + sizeof(Node) * place, name, NIL)
        return made

    def cell(self, table: int, place: int) -> int:
        """The address of a cell of a table's array."""
        return field(Table, table, "array") + 8 * place

    def node(self, table: int, place: int) -> int:
        return field(Table, table, "nodes") + sizeof(Node) * place

    def store(self, object: int, place: int, value: int) -> None:
        self.native["store"](self.heap, object, place, value)

    def set(self, table: int, place: int, value: int) -> None:
        self.store(table, self.cell(table, place), value)

    def get(self, table: int, place: int) -> int:
        return number(self.cell(table, place))

    def set_node(self, table: int, place: int, key: int, value: int) -> None:
        self.store(table, self.node(table, place), key)
        self.store(table, self.node(table, place) + 8, value)

    def get_node(self, table: int, place: int) -> tuple[int, int]:
        return number(self.node(table, place)), number(self.node(table, place) + 8)

    def step(self, work: int = 0) -> None:
        self.native["step"](self.heap, work)

    def collect(self, full: bool = True) -> dict[int, Found]:
        """Collect, and check the heap afterwards; what is reachable."""
        self.native["collect"](self.heap, full)
        return verify(self.heap)


def table_value(address: int) -> int:
    return reference(TABLE_TAG, address)


def string_value(address: int) -> int:
    return reference(STRING_TAG, address)


__all__ = ["NIL", "World", "integer", "objects", "string_value", "table_value"]
