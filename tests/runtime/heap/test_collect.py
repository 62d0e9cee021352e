"""Collections of random object graphs, against a model in Python."""

from __future__ import annotations

import random

import pytest

from cupola.runtime.heap.state import IDLE
from cupola.runtime.heap.verifier import numbers, verify
from tests.runtime.heap.worlds import NIL, World, integer, string_value, table_value


class Model:
    """Tables with numbers in their first cells, and what they lead to; unreachable ones must go."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.cells: dict[
            int, list[int]
        ] = {}  # by number: the numbers of those in its other cells, -1 for none
        self.places: dict[int, int] = {}
        self.roots = [-1] * 8
        self.made = 0

    def make(self, size: int) -> int:
        """A new table, in a root; -1 for no memory."""
        address = self.world.table(array=size + 1)
        if not address:
            return -1
        number = self.made
        self.made += 1
        self.world.set(address, 0, integer(number))
        self.cells[number] = [-1] * size
        self.places[number] = address
        self.put_root(self.random.randrange(len(self.roots)), number)
        return number

    def put_root(self, place: int, number: int) -> None:
        self.roots[place] = number
        self.world.root(place, table_value(self.places[number]) if number >= 0 else NIL)

    def alive(self) -> set[int]:
        found: set[int] = set()
        waiting = [each for each in self.roots if each >= 0]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(each for each in self.cells[number] if each >= 0)
        return found

    def change(self, times: int) -> None:
        """Random stores into some of what is alive."""
        alive = sorted(self.alive())
        for _ in range(times if alive else 0):
            self.change_one(alive)

    def change_one(self, alive: list[int]) -> None:
        number = self.random.choice(alive)
        if self.random.random() < 0.1:
            self.put_root(self.random.randrange(len(self.roots)), self.random.choice([*alive, -1]))
        elif self.cells[number]:
            place = self.random.randrange(len(self.cells[number]))
            target = self.random.choice([*alive, -1])
            self.cells[number][place] = target
            value = table_value(self.places[target]) if target >= 0 else NIL
            self.world.set(self.places[number], place + 1, value)

    def check(self, full: bool) -> None:
        """Collect; what is alive must be there and what is not must not, as far as the collection promises."""
        if self.world.take("phase") != IDLE:
            self.world.collect(full=False)
        before = self.world.counter("marked")
        found = self.world.collect(full)
        alive = self.alive()
        tables = {self.places[each] for each in alive}
        owned = {each for each in found if each not in tables}
        assert tables <= set(found)
        assert len(owned) == len(tables)
        if full:
            assert self.world.counter("marked") - before == len(found)
        for number in alive:
            expected = [table_value(self.places[each]) if each >= 0 else NIL for each in self.cells[number]]
            cells = numbers(self.world.cell(self.places[number], 0), len(expected) + 1)
            assert cells == [integer(number), *expected]
        for number in set(self.cells) - alive:
            del self.cells[number], self.places[number]


@pytest.mark.parametrize("seed", range(6))
def test_random_graphs(seed: int) -> None:
    model = Model(World(), seed)
    source = model.random
    for _ in range(400):
        if source.random() < 0.6:
            size = source.choice([0, 1, 3, 3, 7, 30, 200, 1500])
            assert model.make(size) >= 0
        model.change(3)
        if source.random() < 0.1:
            model.check(full=source.random() < 0.4)
    model.check(full=True)


@pytest.mark.parametrize("seed", range(6))
def test_random_graphs_in_steps(seed: int) -> None:
    """Marking is interrupted everywhere, and what is reachable changes meanwhile."""
    model = Model(World(), seed)
    source = model.random
    for _ in range(400):
        if source.random() < 0.5:
            assert model.make(source.choice([0, 1, 3, 3, 7, 30, 200, 1500])) >= 0
        model.change(3)
        if source.random() < 0.5:
            model.world.put("threshold", 0)  # it is time for the next step, or the next collection
            model.world.step(source.choice([1, 100, 1000, 20000]))
            if source.random() < 0.2:
                verify(model.world.heap)
        if source.random() < 0.03:
            model.check(full=source.random() < 0.4)
    assert model.world.counter("minor") > 5 and model.world.counter("major") > 1
    model.check(full=True)


def test_a_long_array_that_changes_all_the_time() -> None:
    """It must not keep marking from its end: what changes too often is looked at in one go."""
    world = World()
    table = world.table(array=50_000)
    world.root(0, table_value(table))
    for full_at in (0, 1 << 40):
        ended = world.counter("minor") + world.counter("major")
        world.put("full_at", full_at)
        steps = 0
        while steps == 0 or world.take("phase") != IDLE:
            world.set(table, steps * 7919 % 50_000, table_value(world.table()))
            world.put("threshold", 0)
            world.step(10_000)
            steps += 1
            assert steps < 800
        assert world.counter("minor") + world.counter("major") == ended + 1
    verify(world.heap)


def test_stale_memory_is_cleared() -> None:
    """Dead objects leave nothing behind in what is made later: `World.new` looks."""
    world = World(limit=1 << 20)
    for size in (1, 40, 200, 900, 1100, 4000, 20000):
        for _ in range(3):
            for _ in range((600 << 10) // (8 * size + 100)):
                table = world.table(array=size)
                assert table
                for place in range(0, size, 7):
                    world.set(table, place, string_value(1 << 30))
            world.collect()
            assert world.take("allocated") == 0
