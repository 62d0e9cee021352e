"""Tables do what Python dictionaries do, whatever is set, deleted and asked for."""

from __future__ import annotations

import ctypes
import math
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cupola.runtime.tables import END, INVALID_KEY, NAN_KEY, NIL_KEY, OK
from cupola.runtime.values import NIL, TABLE, reference
from tests.runtime.heaps import Reference, World, compiled

Native = dict[str, Callable[..., Any]]
Model = dict[object, object]


@pytest.fixture(scope="module")
def native() -> Native:
    return compiled()


def same_kind(key: object) -> object:
    """A key as dictionaries of Python would confuse it: True is not 1, and 1.0 is."""
    if isinstance(key, bool):
        return (key,)
    if isinstance(key, float) and key.is_integer() and -(2**63) <= key < 2**63:
        return int(key)
    return key


class Checked:
    """A table with its model beside it."""

    def __init__(self, world: World, array_size: int = 0, fields: int = 0) -> None:
        self.world = world
        self.native = world.native
        self.t = world.table(array_size, fields)
        self.model: Model = {}

    def set(self, key: object, value: object) -> None:
        w = self.world
        assert self.native["table_set"](w.address, self.t, w.value(key), w.value(value)) == OK
        if value is None:
            self.model.pop(same_kind(key), None)
        else:
            self.model[same_kind(key)] = value

    def get(self, key: object) -> object:
        w = self.world
        found = self.native["table_get"](w.address, self.t, w.value(key))
        assert w.python(found) == self.model.get(same_kind(key)), key
        return w.python(found)

    def pairs(self) -> Iterator[tuple[int, object, object]]:
        """Keys (values and in Python) and values, by `table_next`."""
        out = ctypes.create_string_buffer(16)
        key = NIL
        while (status := self.native["table_next"](self.world.address, self.t, key, out)) == OK:
            key, value = struct.unpack("<qq", out)
            yield key, self.world.python(key), self.world.python(value)
        assert status == END

    def check(self) -> None:
        """Traversal, and the length, agree with the model."""
        found = [(same_kind(key), value) for _, key, value in self.pairs()]
        assert len(found) == len(self.model) and dict(found) == self.model
        length = self.native["length_of"](self.t)
        assert length >= 0 and (length == 0 or length in self.model) and length + 1 not in self.model


def keys_of(source: random.Random, world: World) -> list[object]:
    """Keys of all kinds, in a mixture that differs from call to call."""
    some: list[object] = []
    span = source.choice((3, 20, 300))
    some += [source.randrange(1, span + 1) for _ in range(span)]
    if source.random() < 0.6:
        some += [b"key%d" % source.randrange(span) for _ in range(span)]
    if source.random() < 0.5:
        some += [source.uniform(-10, 10) for _ in range(span // 3)]
        some += [float(source.randrange(-5, 40)) for _ in range(span // 3)]
        some += [True, False, -0.0, math.inf, -math.inf, 2.0**53, 2.0**63, -(2.0**63), 5e-324]
    if source.random() < 0.5:
        some += [source.choice((1, -1)) << source.randrange(63) for _ in range(span // 2)]
        some += [2**63 - 1, -(2**63), 2**47, -(2**47) - 1, 2**47 - 1, 0, -1]
    if source.random() < 0.5:
        some += [b"long" * 11 + b"%d" % source.randrange(span) for _ in range(span // 4)]
    if source.random() < 0.5:
        some += [Reference(reference(TABLE, world.table())) for _ in range(span // 3)]
    return some


def test_random_operations(native: Native) -> None:
    source = random.Random(54)
    for _ in range(150):
        world = World(native, seed=source.getrandbits(64))
        checked = Checked(world, source.choice((0, 0, 5)), source.choice((0, 0, 3)))
        keys = keys_of(source, world)
        deleting = source.choice((0.1, 0.3, 0.6))
        for _ in range(source.choice((20, 200, 600))):
            key = source.choice(keys)
            checked.get(key)
            checked.set(key, None if source.random() < deleting else source.randrange(1000))
            checked.get(source.choice(keys))
        checked.check()


def test_keys_that_are_refused(native: Native) -> None:
    world = World(native)
    t = world.table()
    for key, status in ((None, NIL_KEY), (math.nan, NAN_KEY), (-math.nan, NAN_KEY)):
        assert native["table_set"](world.address, t, world.value(key), world.value(1)) == status
        assert native["table_set"](world.address, t, world.value(key), NIL) == status
        assert native["table_get"](world.address, t, world.value(key)) == NIL
    out = ctypes.create_string_buffer(16)
    for wrong in (1, b"x", 1.5, True, 1 << 60, b"y" * 50, math.nan):
        assert native["table_next"](world.address, t, world.value(wrong), out) == INVALID_KEY
    assert native["table_next"](world.address, t, NIL, out) == END


def test_traversal_with_deletions(native: Native) -> None:
    source = random.Random(55)
    for _ in range(80):
        world = World(native, seed=source.getrandbits(64))
        checked = Checked(world)
        for key in keys_of(source, world):
            checked.set(key, source.randrange(1000))
        every = dict(checked.model)
        deleting = source.choice((0.3, 1.0))
        seen: Model = {}
        for key, shown, value in checked.pairs():
            assert same_kind(shown) not in seen
            seen[same_kind(shown)] = value
            if source.random() < deleting:
                assert native["table_set"](world.address, checked.t, key, NIL) == OK
                del checked.model[same_kind(shown)]
            else:
                assert native["table_set"](world.address, checked.t, key, world.value(7)) == OK
                checked.model[same_kind(shown)] = 7
        assert seen == every
        checked.check()


def test_traversals_of_many_tables_at_once(native: Native) -> None:
    """More than the heap remembers places for, some of them twice."""
    source = random.Random(60)
    world = World(native, 4 << 20)
    tables = []
    for _ in range(20):
        tables.append(Checked(world))
        for key in keys_of(source, world):
            tables[-1].set(key, source.randrange(1000))
    going = [(table.pairs(), table.model, dict[object, object]()) for table in tables + tables[:5]]
    while going:
        number = source.randrange(len(going))
        pairs, model, seen = going[number]
        found = next(pairs, None)
        if found is None:
            assert seen == model
            del going[number]
        else:
            seen[same_kind(found[1])] = found[2]
