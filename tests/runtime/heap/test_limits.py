"""The limit, allocations that fail, counting, and reuse of memory."""

from __future__ import annotations

import random
from ctypes import addressof, create_string_buffer

import pytest

from cupola.kernel import sizeof
from cupola.runtime.heap.heap import ALIGNMENT
from cupola.runtime.heap.setting_up import space_for
from cupola.runtime.heap.state import PAGE, Heap
from cupola.runtime.heap.verifier import verify
from cupola.runtime.objects import BYTES, CELLS_START, Table
from tests.runtime.heap.worlds import World, string_value, table_value

LIMIT = 1 << 17


@pytest.mark.parametrize("size", [16, 48, 128, 144, 1000, 4096, 8192, 12288, LIMIT // 2])
def test_the_limit_is_met_exactly(size: int) -> None:
    """So many objects fit as the limit has room for, and not one more; after a collection as many again."""
    world = World(limit=LIMIT)
    rounded = (size + ALIGNMENT - 1) & -ALIGNMENT
    fits = LIMIT // rounded
    for _ in range(2):
        for _ in range(fits):
            assert world.new(BYTES, size)
        assert world.native["in_use"](world.heap) == fits * rounded <= LIMIT
        assert not world.new(BYTES, size)
        assert world.native["in_use"](world.heap) == fits * rounded
        if fits * rounded + 16 <= LIMIT:
            assert world.new(BYTES, 16)
        world.collect()
        assert world.native["in_use"](world.heap) == 0


@pytest.mark.parametrize("size", [0, -1, -16, LIMIT + 1, 1 << 40, (1 << 63) - 1, (1 << 63) - 16])
def test_sizes_that_no_object_has(size: int) -> None:
    world = World(limit=LIMIT)
    world.new(BYTES, 64)
    assert not world.native["allocate"](world.heap, BYTES, size)
    assert world.native["in_use"](world.heap) == 64


def test_the_nth_allocation_fails() -> None:
    world = World()
    world.put("stress", 1)
    for n in (1, 2, 7):
        world.put("fail_at", n)
        made = [world.new(BYTES, 48 * each + 16) for each in range(10)]
        assert [each for each in range(10) if not made[each]] == [n - 1]


def test_stress_collects_always() -> None:
    world = World()
    world.put("stress", 1)
    world.put("threshold", 0)
    kept = world.table(array=4)
    world.root(0, table_value(kept))
    for round in range(20):
        assert world.native["wants"](world.heap)
        world.step()
        assert world.counter("major") == round + 1
        assert len(verify(world.heap)) == 2
        world.table(array=3)


def test_memory_too_small() -> None:
    world = World()
    state = create_string_buffer(sizeof(Heap))
    needed = space_for(1 << 20)
    assert not world.native["set_up"](addressof(state), world.memory.address, needed - 1, 1 << 20)
    assert world.native["set_up"](addressof(state), world.memory.address, needed, 1 << 20)


def test_large_objects_are_reused() -> None:
    """Runs of pages are joined: after everything small died, something big fits in the same addresses."""
    world = World(limit=1 << 22)
    source = random.Random(7)
    for _ in range(5):
        made = []
        while each := world.new(BYTES, source.randrange(8193, 60000)):
            made.append(each)
        assert len(made) > 50
        world.collect()
        assert world.take("page_bytes") == 0


def test_pages_between_live_ones() -> None:
    world = World(limit=1 << 22)
    holder = world.table(array=40)
    world.root(0, table_value(holder))
    for place in range(40):
        made = world.string(bytes([65 + place]) * (9000 + 100 * place))
        world.set(holder, place, string_value(made))
    before = [world.get(holder, place) for place in range(40)]
    for place in range(0, 40, 2):
        world.set(holder, place, -6 << 48)
    world.collect()
    top = max(before) + (1 << 16)
    for _ in range(20):
        made = world.string(b"x" * 9000)
        assert made and string_value(made) < top
    found = world.collect()
    assert len(found) == 22
    for place in range(1, 40, 2):
        assert world.get(holder, place) == before[place]


def test_counting() -> None:
    """What is in use after a collection is counted in lines and pages."""
    world = World()
    world.root(0, table_value(world.table(array=2000)))
    world.root(1, table_value(world.table(array=100)))
    for _ in range(1000):
        world.table(array=5)
    world.collect()
    used = world.take("allocated")
    pages = -(-(CELLS_START + 16000) // PAGE) * PAGE
    small = 2 * sizeof(Table) + CELLS_START + 800
    assert pages + small <= used <= pages + small + 3 * 128
    assert world.counter("live") == used
    assert world.counter("freed") > 100_000
    assert world.counter("longest_pause") > 0
