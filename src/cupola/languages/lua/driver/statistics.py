"""What statistics tell of a Lua system: its inline caches, its shapes, its collector.

Caches count what they miss, in any run. How often instructions ran is known in a run that counts, where a `tally`
stands before each one with a cache. What is neither a miss nor went to a slow path is a hit.
"""

from __future__ import annotations

from array import array

from cupola.language.fields import Fields
from cupola.languages.lua.cache_cells import ENTRIES, ENTRY, FIRST, LESSONS, SERVED, SHAPE
from cupola.languages.lua.driver.functions import PRELUDE
from cupola.languages.lua.driver.watched_code import READS, WRITES

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.vm import LuaVM

MANY = 0.1  # the part of its accesses that a cache misses from which on it has met too many shapes


class Site:
    """An instruction with an inline cache: how often it ran, how often its cache missed, how many kinds of tables it
    has learnt of."""

    __slots__ = ("kinds", "misses", "name", "runs")

    def __init__(self, name: str, runs: int, cells: array[int]) -> None:
        self.name = name
        self.runs = runs
        self.misses = cells[SERVED] + 1
        if name in READS:
            shapes = (cells[FIRST + number * ENTRY + SHAPE] for number in range(ENTRIES))
            self.kinds = sum(each != -1 for each in shapes)
        else:
            self.kinds = cells[LESSONS] + 1

    @property
    def state(self) -> str:
        """What such a cache is called."""
        if not self.runs:
            return "not reached"
        if self.kinds <= 1:
            return "monomorphic"
        return "megamorphic" if self.misses > MANY * self.runs else "polymorphic"


STATES = ("monomorphic", "polymorphic", "megamorphic", "not reached")


def of_vm(vm: LuaVM) -> dict[str, Any]:
    """All figures, by name."""
    heap = vm.heap
    counters = Fields(
        vm.memory,
        vm.engine.structs["Counters"],
        vm.offsets["heap"][0] + vm.engine.structs["Heap"]["counters"][0],
    )
    found: dict[str, Any] = {
        "shapes": heap.shapes_count,
        "heap bytes": heap.allocated,
        "collections": {"minor": counters.minor, "major": counters.major, "steps": counters.steps},
        "freed bytes": counters.freed,
        "longest pause seconds": counters.longest_pause / 1e9,
        "pause seconds": counters.pauses / 1e9,
    }
    return {**found, **of_caches(vm)} if vm.counting else found


def of_caches(vm: LuaVM) -> dict[str, Any]:
    """The inline caches of the program: how many of each kind, and how often they were right."""
    sites = list(sites_of(vm))
    runs = sum(each.runs for each in sites)
    missed = sum(each.misses for each in sites)
    slow = vm.vm.uncached
    return {
        "field caches": {state: sum(each.state == state for each in sites) for state in STATES},
        "field accesses": {"all": runs, "hits": runs - missed - slow, "misses": missed, "metamethods": slow},
        "hit rate": (runs - missed - slow) / runs if runs else None,
    }


def sites_of(vm: LuaVM) -> Iterator[Site]:
    """The instructions with inline caches in the functions of a program that counts."""
    for loaded in vm.functions.loaded:
        if loaded.code.source != PRELUDE:
            yield from _sites_in(vm, loaded)


def _sites_in(vm: LuaVM, loaded: Loaded) -> Iterator[Site]:
    runs = 0
    for name, first, count in vm.functions.sites(loaded):
        cells = array("q", vm.memory.read(first, 8 * count))
        if name == "tally":
            runs = cells[0] + 1
        elif name in READS or name in WRITES:
            yield Site(name, runs, cells)
