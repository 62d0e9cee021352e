"""Tables and strings while the collector runs: what is reachable stays as it is, and what is not goes."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

from cupola.kernel import compile_native
from cupola.runtime.heap.collector import collect
from cupola.runtime.heap.verifier import verify
from cupola.runtime.values import NIL, TABLE, reference
from tests.runtime.heaps import Reference, World, compiled
from tests.runtime.tables.test_against_dict import Checked, keys_of


@functools.cache
def collector() -> Callable[..., Any]:
    return compile_native([collect])[collect.name]


def test_tables_survive_collections() -> None:
    source = random.Random(58)
    for _ in range(12):
        world = World(compiled(), 8 << 20, source.getrandbits(64))
        checked = [Checked(world) for _ in range(4)]
        keys = [keys_of(source, world) for _ in checked]
        kept = world.table()  # keys that are tables must not die, as the model knows them by their addresses
        world.root(7, reference(TABLE, kept))
        for number, each in enumerate(key for some in keys for key in some if isinstance(key, Reference)):
            world.native["set_integer"](world.address, kept, number + 1, world.value(each))
        for place, table in enumerate(checked):
            world.root(place, reference(TABLE, table.t))
        for _ in range(8):
            for table, some in zip(checked, keys, strict=True):
                for key in source.choices(some, k=40):
                    value = source.choice((None, 1, 2.5, b"short %d" % source.randrange(50), b"long" * 20))
                    table.set(key, value)
                    table.get(source.choice(some))
            collector()(world.address, source.random() < 0.3)
            for table in checked:
                table.check()
        verify(world.address)


def test_dead_strings_are_forgotten() -> None:
    world = World(compiled(), 8 << 20)
    table = Checked(world)
    world.root(0, reference(TABLE, table.t))
    for number in range(2000):
        table.set(number, b"value %d" % number)
    for number in range(500, 1500):
        table.set(number, None)
    assert world.take("interned_count") == 2000
    collector()(world.address, True)
    assert world.take("interned_count") == 1000
    found = [world.value(b"value %d" % number) for number in range(2000)]
    table.check()
    assert len(set(found)) == 2000 == world.take("interned_count")
    world.root(0, NIL)
    collector()(world.address, True)
    assert world.take("interned_count") == 0
    verify(world.address)


def test_the_table_of_strings_shrinks() -> None:
    world = World(compiled(), 8 << 20)
    kept = Checked(world)
    world.root(0, reference(TABLE, kept.t))
    for number in range(20000):
        value = world.value(b"text %d" % number)
        if number % 100 == 0:
            world.native["set_integer"](world.address, kept.t, number + 1, value)
            kept.model[number + 1] = b"text %d" % number
    assert world.take("interned_mask") > 20000
    for full in (False, True, True):
        collector()(world.address, full)
    assert world.take("interned_mask") < 8192 and world.take("interned_count") == 200
    kept.check()
    for number in range(0, 20000, 50):
        value = world.value(b"text %d" % number)
        if number % 100 == 0:
            assert value == world.native["get_integer"](kept.t, number + 1)
    assert world.take("interned_count") == 400
