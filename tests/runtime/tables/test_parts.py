"""Where tables keep things, and what is promised of that: shapes, array part, flags, and tables without memory."""

from __future__ import annotations

import ctypes
import random
import struct
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from cupola.kernel import Ptr, compile_native, i64, kernel, layout_of, offsetof
from cupola.runtime import tables
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import CELLS_START, REMEMBER, Object, Shape, Table
from cupola.runtime.tables import MOST_KEYS, NO_MEMORY, OK
from cupola.runtime.tables.shapes import MOST_SHAPES
from cupola.runtime.values import NIL, STRING, reference
from tests.runtime.heaps import World, compiled
from tests.runtime.tables.test_against_dict import Checked, keys_of

Native = dict[str, Callable[..., Any]]
SIZES = {1: "b", 2: "H", 4: "I", 8: "q"}


@kernel
def found_slot(heap: Ptr[Heap], shape: Ptr[Shape], key: i64) -> i64:
    return tables.find_slot(heap, shape, key)


@kernel
def set_in_line(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> bool:
    return tables.array_set(heap, t, number, value)


@kernel
def set_slot(heap: Ptr[Heap], t: Ptr[Table], slot: i64, value: i64) -> bool:
    return tables.slot_set(heap, t, slot, value)


@kernel
def read_in_line(t: Ptr[Table], number: i64) -> i64:
    return tables.array_get(t, number)


@kernel
def append(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> bool:
    return tables.array_append(heap, t, number, value)


@kernel
def add_slot(heap: Ptr[Heap], t: Ptr[Table], shape: Ptr[Shape], value: i64) -> bool:
    return tables.slot_add(heap, t, shape, value)


@pytest.fixture(scope="module")
def native() -> Native:
    found = compile_native(
        [found_slot, set_in_line, set_slot, read_in_line, append, add_slot, tables.table_set_list]
    )
    return {**compiled(), **{name.rpartition(".")[2]: function for name, function in found.items()}}


def field(address: int, struct_type: Any, name: str) -> int:
    """A field of a struct in memory."""
    size = layout_of(struct_type)[name].type.size
    content = ctypes.string_at(address + offsetof(struct_type, name), size)
    return int(struct.unpack("<" + SIZES[size], content)[0])


def capacity(t: int) -> int:
    array = field(t, Table, "array")
    return field(array - CELLS_START, Object, "extra") if array else 0


def put_flags(t: int, flags: int) -> None:
    ctypes.c_uint16.from_address(t + offsetof(Object, "flags")).value = flags


def test_shapes_are_shared(native: Native) -> None:
    world = World(native)
    first, second, third = (Checked(world, fields=each) for each in (0, 3, 200))
    for table in (first, second, third):
        for key in (b"x", b"y", b"z", b"u", b"v") if table is not third else (b"y", b"x"):
            table.set(key, 1)
        table.set(b"x", None)
        table.check()
    shape = field(first.t, Table, "shape")
    assert shape == field(second.t, Table, "shape") != field(third.t, Table, "shape")
    for slot, key in enumerate((b"x", b"y", b"z", b"u", b"v")):
        for _ in range(2):  # from the cache at the second time
            assert native["found_slot"](world.address, shape, world.value(key)) == slot
    for _ in range(2):
        assert native["found_slot"](world.address, shape, world.value(b"w")) == -1
    assert field(shape, Shape, "count") == 5
    assert world.take("shapes_count") == 7


def test_dictionary_mode(native: Native) -> None:
    """After so many keys, or with a long one, a table has no shape; and all goes on."""
    world = World(native, 4 << 20)
    many, long = Checked(world), Checked(world)
    for number in range(MOST_KEYS):
        many.set(b"key%d" % number, number)
        long.set(b"key%d" % number, number)
    many.set(b"key5", None)
    assert many.get(b"l" * 41) is None and field(many.t, Table, "shape") != 0
    many.set(b"l" * 41, None)
    assert field(many.t, Table, "shape") != 0
    many.set(b"one more", 1)
    long.set(b"l" * 41, 1)
    for table in (many, long):
        assert field(table.t, Table, "shape") == 0 == field(table.t, Table, "slots")
        for number in range(MOST_KEYS):
            table.get(b"key%d" % number)
        for number in range(300):
            table.set(b"more%d" % number, number)
        table.check()
    assert long.get(b"l" * 41) == 1


def test_the_number_of_shapes_is_bounded(native: Native) -> None:
    world = World(native, 64 << 20)
    get, set, value = native["table_get_string"], native["table_set_string"], world.value(7)
    for number in range(MOST_SHAPES + 10):
        key = reference(STRING, world.string(b"%d" % number))
        t = native["new_table"](world.address, 0, 0)
        assert set(world.address, t, key, value) == OK
        if number % 1000 == 0 or number >= MOST_SHAPES - 2:
            assert get(world.address, t, key) == value
            assert (field(t, Table, "shape") == 0) == (number >= MOST_SHAPES)
    assert world.take("shapes_count") == MOST_SHAPES


def test_appending_and_taking_from_the_end(native: Native) -> None:
    world = World(native, 8 << 20)
    t = world.table()
    set, length = native["set_integer"], native["length_of"]
    for number in range(1, 20001):
        assert length(t) == number - 1
        assert set(world.address, t, number, number) == OK
    assert field(t, Table, "nodes") == 0 and capacity(t) < 40000
    for number in range(20000, 0, -1):
        assert length(t) == number
        assert native["set_in_line"](world.address, t, number, NIL)
        assert not native["set_in_line"](world.address, t, number, NIL)
        assert native["read_in_line"](t, number) == NIL
    assert length(t) == 0


def test_a_queue_takes_no_more_than_it_holds(native: Native) -> None:
    world = World(native, 16 << 20)
    t = world.table()
    for number in range(1, 50001):
        assert native["set_integer"](world.address, t, number, number) == OK
        if number > 10:
            assert native["set_integer"](world.address, t, number - 10, NIL) == OK
        assert capacity(t) <= 64
    assert field(t, Table, "node_mask") < 64


@pytest.mark.parametrize("held", [5, 50, 500])
def test_a_queue_is_seldom_made_anew(native: Native, held: int) -> None:
    world = World(native, 16 << 20)
    t = world.table()
    places = []
    for number in range(1, 20001):
        assert native["set_integer"](world.address, t, number, number) == OK
        if number > held:
            assert native["set_integer"](world.address, t, number - held, NIL) == OK
        places.append(field(t, Table, "nodes"))
    assert sum(one != other for one, other in pairwise(places)) < 10
    assert field(t, Table, "node_mask") < 4 * held


def test_what_instructions_put_in_line(native: Native) -> None:
    world = World(native)
    first, second = Checked(world), Checked(world)
    for number, key in enumerate((b"a", b"b", b"c", b"d", b"e")):
        first.set(key, number)
        shape, value = field(first.t, Table, "shape"), world.value(number)
        if not native["add_slot"](world.address, second.t, shape, value):
            assert number in (0, 4)
            second.set(key, number)
        second.model[key] = number
        assert field(second.t, Table, "shape") == shape
    second.check()
    assert not native["append"](world.address, second.t, 1, world.value(1))
    second.set(1, 1)
    for number, done in ((1, False), (3, False), (2, True), (3, True), (5, False), (4, True), (5, False)):
        assert native["append"](world.address, second.t, number, world.value(number)) == done
        if done:
            second.model[number] = number
    second.check()


def test_lists(native: Native) -> None:
    source = random.Random(59)
    for _ in range(300):
        world = World(native)
        checked = Checked(world, source.choice((0, 3, 20)))
        for key in source.choices([*range(1, 40), b"x", 1.5], k=source.randrange(20)):
            checked.set(key, -1)
        for _ in range(3):
            first = source.choice((1, 1, 2, 10, 50, 1000))
            content = [source.choice((None, 1, 2)) for _ in range(source.choice((0, 1, 5, 60)))]
            cells = struct.pack(f"<{len(content)}q", *map(world.value, content))
            assert native["table_set_list"](world.address, checked.t, first, cells, len(content)) == OK
            for number, value in enumerate(content, first):
                if value is None:
                    checked.model.pop(number, None)
                else:
                    checked.model[number] = value
            checked.check()
    world = World(native)
    t = world.table()
    assert native["table_set_list"](world.address, t, 1, struct.pack("<100q", *range(100)), 100) == OK
    assert capacity(t) == 100 and field(t, Table, "array_size") == 100


def test_filling_in_any_order(native: Native) -> None:
    source = random.Random(56)
    for numbers in (range(1, 1001), range(1000, 0, -1), source.sample(range(1, 1001), 1000)):
        for hint in (0, 1000):
            world = World(native)
            t = world.table(hint)
            for number in numbers:
                assert native["set_integer"](world.address, t, number, number) == OK
            assert native["length_of"](t) == 1000
            assert capacity(t) >= (hint or (512 if isinstance(numbers, range) else 0))
            assert all(native["get_integer"](t, number) == number for number in range(1, 1001))


def test_a_border_in_the_hash_part(native: Native) -> None:
    world = World(native)
    for far in (2**62, 2**63 - 1):
        checked = Checked(world)
        number = 1
        while number < far:
            checked.set(number, 1)
            number *= 2
        checked.set(far, 1)
        checked.set(3, 1)
        checked.check()
    checked = Checked(world)
    for number in (1, 2, 3, 4):
        checked.set(number, 1)
    for number in (40, 30, 9, 8, 7, 6, 5):
        checked.set(number, 1)
        checked.check()


def test_flags(native: Native) -> None:
    """What a table is known to lack is forgotten when a string comes to have a value, and only then."""
    world = World(native)
    for dictionary in (False, True):
        checked = Checked(world)
        if dictionary:
            checked.set(b"l" * 50, 1)

        def flags_after(key: object, value: object, checked: Checked = checked) -> int:
            put_flags(checked.t, 0xFFFF)
            checked.set(key, value)
            return field(checked.t, Object, "flags")

        assert flags_after(b"a", 1) == 0  # new
        assert flags_after(b"a", 2) == 0xFFFF
        assert flags_after(b"a", None) == 0xFFFF
        assert flags_after(b"a", 3) == 0  # nil before
        assert flags_after(b"b", None) == 0xFFFF
        assert flags_after(1, 1) == 0xFFFF
        assert flags_after(1.5, 1) == 0xFFFF
        assert flags_after(b"m" * 50, 1) == 0
        assert flags_after(b"m" * 50, 1) == 0xFFFF
    checked = Checked(world)
    checked.set(b"a", 1)
    assert native["set_slot"](world.address, checked.t, 0, NIL)
    assert not native["set_slot"](world.address, checked.t, 0, world.value(1))


def test_the_collector_is_told(native: Native) -> None:
    """Every store of a value goes through the barrier of the table."""
    world = World(native)
    checked = Checked(world)
    mark = offsetof(Object, "mark")
    for key in (1, 1, 2, b"a", b"a", 1.5, 1.5, True, b"l" * 50, b"l" * 50, b"new", 1000, 1000, 2**60):
        ctypes.c_uint8.from_address(checked.t + mark).value = REMEMBER
        checked.set(key, b"value")
        assert field(checked.t, Object, "mark") & REMEMBER == 0, key


def test_without_memory_nothing_changes(native: Native) -> None:
    source = random.Random(57)
    failed = 0
    for _ in range(60):
        world = World(native, 4 << 20, source.getrandbits(64), stress=True)
        checked = Checked(world)
        keys = keys_of(source, world)
        for key in keys[:250]:
            value = source.randrange(1000)
            given, stored = world.value(key), world.value(value)
            allocation = 1
            while True:
                world.fail(allocation)
                status = native["table_set"](world.address, checked.t, given, stored)
                if not world.fail(0):
                    break
                assert status == NO_MEMORY
                failed += 1
                if source.random() < 0.1:
                    checked.check()
                checked.get(key)
                allocation += 1
            assert status == OK
            checked.set(key, value)
        checked.check()
    assert failed > 900


def test_new_tables_without_memory(native: Native) -> None:
    world = World(native, stress=True)
    for allocation, array_size, fields in ((1, 0, 0), (2, 5, 0), (2, 0, 5), (3, 5, 5)):
        world.fail(allocation)
        assert native["new_table"](world.address, array_size, fields) == 0
        assert world.fail(0)
        assert native["new_table"](world.address, array_size, fields) != 0
