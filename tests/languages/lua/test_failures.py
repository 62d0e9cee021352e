"""Allocations that fail and steps that end, one after the other: clean errors, and the VM goes on working."""

from __future__ import annotations

import os

import pytest

import cupola
from cupola.language.limits import LimitReached
from cupola.languages.lua.driver.errors import LuaError
from cupola.languages.lua.driver.vm import LuaVM
from cupola.runtime.heap.verifier import verify
from tests.languages.lua.engines import Engine

LONG = bool(os.environ.get("LUA_LONG_TESTS"))  # each allocation and step, on all engines
ENGINES = [Engine("auto", (1, 1))] + ([Engine("threaded"), Engine("switch")] if LONG else [])
ALLOCATIONS, EVERY = 400, 1 if LONG else 7
BYTES, BYTE = 1 << 16, 64 if LONG else 1000
STEPS, STEP = 3000, 1 if LONG else 37
NEVER = 1 << 62

PROGRAM = """
local t = {}
for i = 1, 12 do t[i] = {i, name = "field" .. i, [i * 1.5] = function() return i end} end
local meta = {__index = function(_, k) return k .. "!" end, __concat = function(a, b) return "joined" end}
local object = setmetatable({}, meta)
local text = object.x .. (object .. 1) .. ("%s %d %5.2f"):format("a", 3, 1.5)
local co = coroutine.wrap(function(...) local x <close> = setmetatable({}, {__close = function() end}) coroutine.yield(...) end)
co(1, 2, 3)
table.sort(t, function(a, b) return a[1] > b[1] end)
local parts = {}
for word in ("one two three"):gmatch("%a+") do parts[#parts + 1] = word:gsub("o", "0") end
local f = load("local a, b = ... return a + b")
assert(f(1, 2) == 3)
local ok = pcall(error, {})
local big = 1 << 60
assert(("one two "):rep(20):gsub("%a+", function(word) return word .. 1 end) == ("one1 two1 "):rep(20))
return table.concat(parts, ","), text, big * 3, select("#", table.unpack(t))
"""  # noqa: E501
WORKS = "local t = {} for i = 1, 100 do t[i] = {i .. ''} end return #t"


def works(vm: LuaVM) -> bool:
    """Whether a VM still computes, and its heap is as it should be."""
    found = vm.call(vm.load(WORKS.encode(), b"=works"))
    vm.collect()
    verify(vm.address + vm.offsets["heap"][0])
    return [vm.objects.number(each) for each in found] == [100]


def ready(engine: Engine) -> tuple[LuaVM, int]:
    """A VM, and the program in it: a function that lives."""
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    vm = LuaVM(tier=engine.tier, thresholds=thresholds, limits=cupola.Limits(time=120))
    function = vm.load(PROGRAM.encode(), b"=program")
    vm.objects.set(vm.objects.globals, b"program", function)
    return vm, function


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_nth_allocation_fails(engine: Engine) -> None:
    vm, function = ready(engine)
    try:
        for number in range(1, ALLOCATIONS, EVERY):
            vm.heap.stress, vm.heap.fail_at, vm.heap.threshold = 2, number, NEVER
            vm.call(function)  # after a collection it does not fail again
            vm.heap.stress = vm.heap.fail_at = 0
            assert works(vm)
    finally:
        vm.close()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_memory_ends_at_the_nth_byte(engine: Engine) -> None:
    vm, function = ready(engine)
    vm.call(function)
    limit, failed = vm.heap.limit, 0
    try:
        for room in range(0, BYTES, BYTE):
            vm.heap.limit = vm.collect() + room
            try:
                vm.call(function)
            except (LuaError, MemoryError) as error:
                failed += 1
                assert isinstance(error, MemoryError) or "not enough memory" in str(error)
            vm.heap.limit = limit
            assert works(vm)
        assert failed
    finally:
        vm.close()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_nth_step_is_the_last(engine: Engine) -> None:
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    ended = 0
    for steps in range(1, STEPS, STEP):
        vm = LuaVM(tier=engine.tier, thresholds=thresholds, limits=cupola.Limits(steps=steps))
        try:
            vm.run(PROGRAM)
        except LimitReached:
            ended += 1
        vm.limits = cupola.Limits()
        assert works(vm)
        vm.close()
    assert ended
