"""What allocating and collecting cost: `python bench/heap/measure.py`.

Times are the processor's, as others may use the machine. Pauses are those of `collector.step`, which the loops here
call where a guest would: whenever `wants_collection` says so.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import Any

from cupola.kernel import (
    Array,
    Ptr,
    address,
    cast,
    compile_native,
    i32,
    i64,
    kernel,
    layout_of,
    local,
    null,
    sizeof,
    struct,
    u8,
    u32,
)
from cupola.kernel.clock import TimeSpec, clock_gettime
from cupola.machine.memory import map_anywhere
from cupola.runtime import strings
from cupola.runtime.heap.collector import collect, step
from cupola.runtime.heap.heap import ROOTS, Heap, allocate, barrier_element, wants_collection
from cupola.runtime.heap.setting_up import set_up, space_for
from cupola.runtime.heap.state import Counters
from cupola.runtime.heap.verifier import field
from cupola.runtime.objects import (
    BYTES,
    BYTES_START,
    CELLS,
    CELLS_START,
    TABLE,
    Bytes,
    Cells,
    String,
    Table,
)
from cupola.runtime.values import NIL, integer, reference
from cupola.runtime.values import STRING as STRING_TAG
from cupola.runtime.values import TABLE as TABLE_TAG

THREAD = 3  # the number of the clock that counts this thread's processor time
MEGABYTE = 1 << 20
DIGITS = 20


@struct
class World:
    """A heap, and the longest step and all of them together (ns)."""

    heap: Heap
    longest: i64
    all: i64


@kernel
def now() -> i64:
    """The processor time of this thread, in nanoseconds."""
    time = local(TimeSpec)
    clock_gettime(i32(THREAD), time)
    return i64(time.seconds * 1000000000 + time.nanoseconds)


@kernel
def timed_step(world: Ptr[World]) -> None:
    start = now()
    step(world.heap, 0)
    took = now() - start
    world.longest = max(world.longest, took)
    world.all += took


@kernel
def churn(world: Ptr[World], count: i64, size: i64) -> i64:
    """Make objects that die at once; the time for all."""
    start = now()
    for _ in range(count):
        made = cast(Ptr[Bytes], allocate(world.heap, BYTES, size))
        made.size = size - BYTES_START
        if wants_collection(world.heap):
            timed_step(world)
    return now() - start


@kernel
def new_node(heap: Ptr[Heap], left: i64, right: i64) -> i64:
    """A table with an array of three."""
    table = cast(Ptr[Table], allocate(heap, TABLE, sizeof(Table)))
    cells = cast(Ptr[Cells], allocate(heap, CELLS, CELLS_START + 24))
    cells.header.extra = u32(3)
    array = cast(Ptr[i64], cast(Ptr[u8], cells) + CELLS_START)
    array[0] = left
    array[1] = right
    array[2] = integer(7)
    table.array = array
    table.array_size = 3
    return reference(TABLE_TAG, address(table))


@kernel
def tree(heap: Ptr[Heap], depth: i64) -> i64:
    """A complete binary tree."""
    if depth == 0:
        return new_node(heap, NIL, NIL)
    left = tree(heap, depth - 1)
    return new_node(heap, left, tree(heap, depth - 1))


@kernel
def plant(world: Ptr[World], table: Ptr[Table], count: i64, depth: i64, mixed: bool) -> i64:
    """Set the cells of an array, in order or mixed, to new trees; the time for all."""
    start = now()
    at = 12345
    for number in range(count):
        at = (at * 1103515245 + 12345) & 0x7FFFFFFF
        place = at % table.array_size if mixed else number % table.array_size
        table.array[place] = tree(world.heap, depth)
        barrier_element(world.heap, table, table.array[place])
        if wants_collection(world.heap):
            timed_step(world)
    return now() - start


@kernel
def write(world: Ptr[World], table: Ptr[Table], first: i64, count: i64) -> i64:
    """Set the cells of an array to the numbers from `first` on as texts; the time for all."""
    text = cast(Ptr[u8], local(Array[u8, DIGITS]))
    start = now()
    for number in range(first, first + count):
        rest = number
        for place in range(DIGITS):
            text[place] = u8(48 + rest % 10)
            rest = rest // 10
        string = strings.make_string(world.heap, text, DIGITS)
        if string == null(Ptr[String]):
            return -1
        table.array[number % table.array_size] = reference(STRING_TAG, address(string))
        barrier_element(world.heap, table, table.array[number % table.array_size])
        if wants_collection(world.heap):
            timed_step(world)
    return now() - start


FUNCTIONS = (allocate, collect, churn, plant, write, set_up, strings.set_up)


class Measured:
    """One heap, and what was measured with it."""

    def __init__(self, native: dict[Any, Callable[..., Any]], limit: int) -> None:
        self.native = native
        self.memory = map_anywhere(space_for(limit))
        self.state = ctypes.create_string_buffer(sizeof(World))
        self.world = ctypes.addressof(self.state)
        assert native[set_up](self.world, self.memory.address, self.memory.size, limit)
        roots = self.world + layout_of(Heap)["roots"].offset
        for place in range(ROOTS):
            ctypes.c_int64.from_address(roots + 8 * place).value = NIL
        assert native[strings.set_up](self.world, 1)

    def array(self, size: int) -> int:
        """A table with an array, kept alive."""
        made = self.native[allocate](self.world, TABLE, sizeof(Table))
        cells = self.native[allocate](self.world, CELLS, CELLS_START + 8 * size)
        ctypes.c_uint32.from_address(cells + 4).value = size
        ctypes.memmove(cells + CELLS_START, NIL.to_bytes(8, "little", signed=True) * size, 8 * size)
        for name, value in (("array", cells + CELLS_START), ("array_size", size)):
            ctypes.c_int64.from_address(made + layout_of(Table)[name].offset).value = value
        root = self.world + layout_of(Heap)["roots"].offset
        ctypes.c_int64.from_address(root).value = reference(TABLE_TAG, made)
        return int(made)

    def counter(self, name: str) -> int:
        return field(Counters, self.world + layout_of(Heap)["counters"].offset, name)

    def show(self, what: str, result: str) -> None:
        """One line, with the steps since the last one."""
        longest, all = field(World, self.world, "longest"), field(World, self.world, "all")
        print(
            f"{what:34} {result:32} {self.counter('live') / MEGABYTE:6.0f} MB live, {self.counter('minor')} minor, "
            f"{self.counter('major')} full, {self.counter('steps')} steps, longest {longest / 1e6:.2f} ms, "
            f"all {all / 1e6:.0f} ms"
        )
        for name in ("longest", "all"):
            ctypes.c_int64.from_address(self.world + layout_of(World)[name].offset).value = 0

    def show_full(self, what: str) -> None:
        """The rate of a full collection in one go."""
        best = 1 << 62
        for _ in range(5):
            before, start = self.counter("marked"), time.process_time_ns()
            self.native[collect](self.world, True)
            best = min(best, time.process_time_ns() - start)
            marked = self.counter("marked") - before
        live = self.counter("live")
        self.show(what, f"{best / 1e6:.0f} ms, {best / marked:.1f} ns an object, {live / best:.2f} GB/s")


def main() -> None:
    compiled = compile_native(FUNCTIONS)
    native = {each: compiled[each.name] for each in FUNCTIONS}
    for size in (32, 64, 128, 512, 4096, 32768):
        measured = Measured(native, 256 * MEGABYTE)
        count = min(10_000_000, (1 << 30) // size)
        best = min(native[churn](measured.world, count, size) for _ in range(5))
        measured.show(
            f"objects of {size} bytes", f"{best / count:.1f} ns each, {count * size / best:.1f} GB/s"
        )
    measured = Measured(native, 2048 * MEGABYTE)
    count = 1360
    forest = measured.array(count)
    nodes = (2 << 10) - 1
    took = native[plant](measured.world, forest, count, 10, False)
    measured.show("trees, all live", f"{took / (2 * nodes * count):.1f} ns an object")
    measured.show_full("full collection in one go")
    took = native[plant](measured.world, forest, 4 * count, 10, True)
    measured.show("trees that replace trees", f"{took / (8 * nodes * count):.1f} ns an object")
    measured.show_full("full collection, mixed")
    measured = Measured(native, 2048 * MEGABYTE)
    texts = measured.array(3_500_000)
    took = native[write](measured.world, texts, 0, 3_500_000)
    measured.show("strings, all live", f"{took / 3.5e6:.1f} ns a string")
    took = native[write](measured.world, texts, 3_500_000, 7_000_000)
    measured.show("strings that replace strings", f"{took / 7e6:.1f} ns a string")
    measured.show_full("full collection of strings")


if __name__ == "__main__":
    main()
