"""Weak tables, ephemerons, finalizers and objects of the host."""

from __future__ import annotations

import random

import pytest

from cupola.kernel import sizeof
from cupola.runtime.objects import HOST, WEAK_KEYS, WEAK_VALUES, Host
from cupola.runtime.values import DEAD_KEY, OTHER, reference
from tests.runtime.heap.worlds import NIL, World, integer, string_value, table_value

BOTH = WEAK_KEYS | WEAK_VALUES


def test_weak_values() -> None:
    world = World()
    weak = world.table(array=3, nodes=4, weakness=WEAK_VALUES)
    kept, lost, text = (
        world.table(),
        world.table(),
        world.string(b"a string that is long enough not to be interned"),
    )
    world.root(0, table_value(weak))
    world.root(1, table_value(kept))
    for place, value in enumerate((table_value(kept), table_value(lost), string_value(text))):
        world.set(weak, place, value)
        world.set_node(weak, place, integer(place), value)
    key = world.table()
    world.set_node(weak, 3, table_value(key), integer(5))
    world.collect()
    assert [world.get(weak, place) for place in range(3)] == [table_value(kept), NIL, string_value(text)]
    assert [world.get_node(weak, place) for place in range(4)] == [
        (integer(0), table_value(kept)),
        (integer(1), NIL),
        (integer(2), string_value(text)),
        (table_value(key), integer(5)),  # keys are strong here
    ]


def test_weak_keys_keep_strings() -> None:
    world = World()
    weak = world.table(nodes=4, weakness=WEAK_KEYS)
    world.root(0, table_value(weak))
    text = world.string(b"key")
    value = world.table()
    world.set_node(weak, 0, string_value(text), table_value(value))
    world.set_node(weak, 1, table_value(world.table()), table_value(world.table()))
    world.set_node(weak, 2, integer(1), table_value(world.table()))
    found = world.collect()
    assert text in found and value in found
    assert world.get_node(weak, 1) == (DEAD_KEY, NIL)
    assert world.get_node(weak, 2)[1] != NIL


@pytest.mark.parametrize("order", ["forward", "backward", "mixed"])
@pytest.mark.parametrize("tables", [1, 5])
def test_chains_of_ephemerons(order: str, tables: int) -> None:
    """Each value is the key of the next entry, in this table or another one."""
    world = World()
    length = 60
    weak = [world.table(nodes=64, weakness=WEAK_KEYS) for _ in range(tables)]
    for place, each in enumerate(weak):
        world.root(place, table_value(each))
    links = [world.table() for _ in range(length + 1)]
    places = list(range(length))
    if order == "backward":
        places.reverse()
    elif order == "mixed":
        random.Random(4).shuffle(places)
    for number, place in enumerate(places):
        world.set_node(
            weak[number % tables], place, table_value(links[number]), table_value(links[number + 1])
        )
    world.root(10, table_value(links[0]))
    found = world.collect()
    assert set(links) <= set(found)
    world.root(10, table_value(links[length // 2]))  # what comes before it must go, though it leads here
    world.collect()
    for number, place in enumerate(places):
        entry = world.get_node(weak[number % tables], place)
        if number < length // 2:
            assert entry == (DEAD_KEY, NIL)
        else:
            assert entry == (table_value(links[number]), table_value(links[number + 1]))


def test_an_ephemeron_that_leads_to_its_key_dies() -> None:
    world = World()
    weak = world.table(nodes=2, weakness=WEAK_KEYS)
    world.root(0, table_value(weak))
    key, value = world.table(), world.table(array=1)
    world.set(value, 0, table_value(key))
    world.set_node(weak, 0, table_value(key), table_value(value))
    world.collect(full=False)
    assert world.get_node(weak, 0) == (DEAD_KEY, NIL)


def test_weak_both() -> None:
    world = World()
    weak = world.table(nodes=4, weakness=BOTH)
    world.root(0, table_value(weak))
    key, value = world.table(), world.table()
    world.root(1, table_value(key))
    world.root(2, table_value(value))
    world.set_node(weak, 0, table_value(key), table_value(value))
    world.set_node(weak, 1, table_value(key), table_value(world.table()))
    world.set_node(weak, 2, table_value(world.table()), table_value(value))
    world.collect()
    assert world.get_node(weak, 0) == (table_value(key), table_value(value))
    assert world.get_node(weak, 1) == (table_value(key), NIL)
    assert world.get_node(weak, 2) == (DEAD_KEY, NIL)


def test_old_weak_tables_lose_young_values() -> None:
    world = World()
    weak = world.table(array=2, weakness=WEAK_VALUES)
    world.root(0, table_value(weak))
    old = world.table()
    world.root(1, table_value(old))
    world.collect(full=False)
    world.set(weak, 0, table_value(world.table()))
    world.set(weak, 1, table_value(old))
    world.collect(full=False)
    assert [world.get(weak, 0), world.get(weak, 1)] == [NIL, table_value(old)]
    world.root(1, NIL)
    world.collect(full=False)
    assert world.get(weak, 1) == table_value(old)  # it is old: only a full collection sees that it died
    world.collect(full=True)
    assert world.get(weak, 1) == NIL


def taken(world: World) -> list[int]:
    """What is to be finalized, in order."""
    found = []
    while each := world.native["next_to_finalize"](world.heap):
        found.append(int(each))
    return found


def test_finalizers_run_in_reverse_order_of_registration() -> None:
    world = World()
    made = [world.table(array=1) for _ in range(6)]
    for each in made:
        world.native["register_finalizer"](world.heap, each)
        world.native["register_finalizer"](world.heap, each)  # no second time
    child = world.table()
    world.set(made[1], 0, table_value(child))
    world.root(0, table_value(made[2]))
    world.root(1, table_value(made[4]))
    found = world.collect()
    assert child in found  # what waits for its finalizer is alive, with all that it leads to
    assert taken(world) == [made[5], made[3], made[1], made[0]]
    assert {made[2], made[4]} <= set(world.collect())
    world.root(1, NIL)
    world.collect()
    assert taken(world) == [made[4]]
    world.native["register_finalizer"](world.heap, made[4])  # again, by its finalizer
    world.collect()
    assert taken(world) == [made[4]]
    world.native["finalize_all"](world.heap)
    assert taken(world) == [made[2]]


def test_finalizers_of_young_and_old_objects() -> None:
    world = World()
    old, young = world.table(), 0
    world.native["register_finalizer"](world.heap, old)
    world.root(0, table_value(old))
    world.collect(full=False)
    world.root(0, NIL)
    young = world.table()
    world.native["register_finalizer"](world.heap, young)
    world.collect(full=False)
    assert taken(world) == [young]
    world.collect(full=True)
    assert taken(world) == [old]


def test_resurrected_objects_and_weak_tables() -> None:
    """They are taken out as values before their finalizers run, and as keys only when they are gone."""
    world = World()
    values = world.table(array=1, weakness=WEAK_VALUES)
    keys = world.table(nodes=1, weakness=WEAK_KEYS)
    world.root(0, table_value(values))
    world.root(1, table_value(keys))
    dying = world.table()
    world.native["register_finalizer"](world.heap, dying)
    world.set(values, 0, table_value(dying))
    world.set_node(keys, 0, table_value(dying), integer(1))
    world.collect()
    assert world.get(values, 0) == NIL
    assert world.get_node(keys, 0) == (table_value(dying), integer(1))
    assert taken(world) == [dying]
    world.collect()
    assert world.get_node(keys, 0) == (DEAD_KEY, NIL)


def test_dead_hosts_are_listed() -> None:
    world = World()
    hosts = []
    for number in range(5):
        made = world.new(HOST, sizeof(Host))
        world.write(Host, made, "number", number)
        world.write(Host, made, "value", NIL)
        world.native["register_host"](world.heap, made)
        hosts.append(made)
    world.root(0, reference(OTHER, hosts[3]))
    world.root(1, reference(OTHER, hosts[1]))
    world.collect(full=False)
    assert world.list("dead_hosts") == [0, 2, 4]
    world.root(1, NIL)
    world.collect(full=False)
    world.collect(full=True)
    assert world.list("dead_hosts") == [0, 2, 4, 1]
