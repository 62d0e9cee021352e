"""The table of interned strings is cleaned in pieces while the guest makes and finds strings."""

from __future__ import annotations

import ctypes
import random

import pytest

from cupola.kernel import compile_native
from cupola.runtime.heap.collector import collect, step
from cupola.runtime.heap.state import CLEANING, IDLE, Heap
from cupola.runtime.heap.verifier import field, numbers, verify
from cupola.runtime.objects import STRING_BYTES
from cupola.runtime.values import STRING, TABLE, reference
from tests.runtime.heaps import World, compiled

NATIVE = compile_native([collect, step])


@pytest.mark.parametrize("seed", range(4))
def test_strings_come_and_go(seed: int) -> None:
    """A table keeps some strings, the heap those of one byte; others die, are asked for again before or after they are
    taken out, or are new."""
    source = random.Random(seed)
    world = World(compiled(), 8 << 20, seed)
    table = world.table()
    world.root(0, reference(TABLE, table))
    kept: dict[int, bytes] = {}
    letters: set[bytes] = set()
    cleaned = 0
    for _ in range(700):
        number = source.randrange(1, 400)
        text = b"%d" % source.randrange(3000)
        made = world.string(text)
        if len(text) == 1:
            letters.add(text)
        assert (
            made and world.native["set_integer"](world.address, table, number, reference(STRING, made)) == 0
        )
        kept[number] = text
        if source.random() < 0.4:
            if world.take("phase") == IDLE:
                world.put("threshold", 0)
                world.put("full_at", source.choice([0, 1 << 40]))
            NATIVE[step.name](world.address, source.choice([100, 2000, 100000]))
            cleaned += world.take("phase") == CLEANING
            check_table(world)
        if source.random() < 0.01:
            verify(world.address)
    assert cleaned > 40
    NATIVE[collect.name](world.address, True)
    verify(world.address)
    assert set(check_table(world)) == {*kept.values(), *letters}
    for number, text in kept.items():
        assert world.native["get_integer"](table, number) == reference(STRING, world.string(text))


def check_table(world: World) -> list[bytes]:
    """All strings in the table: each once, where it is found, and as many as are counted."""
    mask = world.take("interned_mask")
    places = numbers(world.take("interned"), mask + 1)
    found = []
    for place, entry in enumerate(places):
        if entry:
            string = entry & (1 << 48) - 1
            content = ctypes.string_at(string + STRING_BYTES, ctypes.c_int64.from_address(string + 8).value)
            hash = ctypes.c_uint32.from_address(string + 4).value
            assert entry >> 48 & 0xFFFF == hash >> 15
            own = hash & mask
            while own != place:
                assert places[own], f"{content!r} is not found, as {own} before {place} is free"
                own = (own + 1) & mask
            found.append(content)
    assert len(found) == len(set(found)) == world.take("interned_count")
    assert field(Heap, world.address, "interned_count") == len(found)
    return found
