"""Functions that get hot are compiled while the program runs, without a way through the driver, which hears of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cupola import Limits, Thresholds
from cupola.language.units import NOTED
from cupola.languages.lua.driver.vm import LuaVM
from cupola.tiers.baseline.requests import FIELDS, MOST_NOTES

FUNCTIONS = """
local made = {}
for at = 1, COUNT do made[at] = load("local n = ... for i = 1, 3 do n = n + i end return n + " .. at) end
local function all() local sum = 0 for at = 1, COUNT do sum = sum + made[at](at) end return sum end
return all
"""
SIZE = FIELDS.index("size")


@pytest.fixture
def vm() -> Iterator[LuaVM]:
    made = LuaVM("auto", Thresholds(calls=2, loops=1000), Limits(time=30))
    yield made
    made.close()


def functions(vm: LuaVM, count: int) -> int:
    """A function that calls so many others."""
    (all_of_them,) = vm.run(FUNCTIONS.replace("COUNT", str(count)))
    return all_of_them


def test_the_driver_takes_notes_of_what_was_compiled(vm: LuaVM) -> None:
    all_of_them = functions(vm, 20)
    before = len(vm.compiled), vm.counts["entries"]
    for _ in range(3):
        assert vm.objects.number(vm.call(all_of_them)[0]) == sum(at + 6 + at for at in range(1, 21))
    assert vm.units is not None and not vm.units.noted
    made = vm.compiled[before[0] :]
    assert len(made) == 21 and vm.counts["tier-ups"] == len(vm.compiled)
    assert vm.counts["entries"] == before[1] + 3
    assert vm.counts["compiled instructions"] > 20 * 5 and vm.compile_seconds > 0
    assert vm.native is not None
    end = vm.native.executable
    for each in made:  # one behind the other, none over another
        assert vm.unit_at(each.start) == (each.start, each.end, each.name)
        assert end <= each.address and each.size > 0
        end = each.address + each.size
    assert vm.native.used == end - vm.native.executable


def test_many_notes_are_taken_while_the_program_runs(vm: LuaVM) -> None:
    count = 3 * MOST_NOTES
    all_of_them = functions(vm, count)
    known = len(vm.compiled)
    for _ in range(3):
        assert vm.objects.number(vm.call(all_of_them)[0]) == sum(at + 6 + at for at in range(1, count + 1))
    starts = [each.start for each in vm.compiled[known:]]
    assert len(starts) == len(set(starts)) == count + 1


def test_a_full_arena_is_refused(vm: LuaVM) -> None:
    all_of_them = functions(vm, 20)
    assert vm.units is not None and vm.native is not None
    size = vm.native.size
    vm.native.size = vm.units._cells[SIZE] = vm.native.used + 2000
    for _ in range(4):
        assert vm.objects.number(vm.call(all_of_them)[0]) == sum(at + 6 + at for at in range(1, 21))
    assert vm.statistics()["refusals"]["code memory is full"] > 5
    assert vm.native.used <= vm.native.size
    vm.native.size = size  # as it is mapped


def test_notes_are_in_the_statistics(vm: LuaVM) -> None:
    all_of_them = functions(vm, 5)
    take, notes = vm.units.take_notes, []  # type: ignore[union-attr]
    vm.units.take_notes = lambda: notes.append(vm.units.noted)  # type: ignore[method-assign, union-attr]
    for _ in range(3):
        vm.call(all_of_them)
    assert notes and vm.units is not None and vm.units._cells[NOTED] == 6
    vm.units.take_notes = take  # type: ignore[method-assign]
    assert vm.statistics()["tier-ups"] == len(vm.compiled) >= 6


def test_a_vm_with_hooks_leaves_it_to_the_driver(vm: LuaVM) -> None:
    assert vm.vm.request
    vm.run("debug.sethook(function() end, '', 1000) debug.sethook()")
    assert not vm.vm.request
    all_of_them = functions(vm, 3)
    known = len(vm.compiled)
    for _ in range(3):
        vm.call(all_of_them)
    assert len(vm.compiled) == known + 4


def test_tiers_without_a_compiler_make_none() -> None:
    for tier in ("switch", "table", "threaded"):
        vm = LuaVM(tier)
        assert vm.units is None and not vm.vm.request
        vm.close()
