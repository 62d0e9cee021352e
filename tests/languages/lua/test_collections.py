"""Programs print the same when the collector runs at each safepoint, and leave a heap that is as it should be."""

from __future__ import annotations

import io

import pytest

import cupola
from cupola.languages.lua.driver.vm import LuaVM
from cupola.runtime.heap.verifier import verify
from tests.languages.lua.suite_files import SUITE, SuiteFile

MINOR_MOSTLY = 2  # `Heap.stress`
GROUPS = ("coroutines/", "metatables/", "table/", "string/")
PROGRAMS = [each for each in SUITE if str(each).startswith(GROUPS)]


@pytest.mark.parametrize("file", PROGRAMS, ids=str)
def test_collections_change_nothing(file: SuiteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.path.parent)
    output = io.BytesIO()
    vm = LuaVM(limits=cupola.Limits(time=60), output=output)
    try:
        vm.heap.stress = MINOR_MOSTLY
        vm.heap.threshold = 0
        vm.run_file(file.path.name)
        assert output.getvalue() == file.expected
        vm.collect()
        verify(vm.address + vm.offsets["heap"][0])
    finally:
        vm.close()


OLD_OBJECT = """
local finished = false
local old = {}
local function fill() old[1] = setmetatable({}, {__gc = function() finished = true end}) end
fill()
collectgarbage()
collectgarbage()
old[1] = nil
repeat local x = {} until finished
"""


def test_an_old_object_that_died_is_found_though_memory_does_not_grow() -> None:
    vm = LuaVM(limits=cupola.Limits(time=60))
    try:
        vm.run(OLD_OBJECT)  # ends before its time is over
    finally:
        vm.close()


# Programs that take memory by instructions that are no calls and make no table, string or function.
@pytest.mark.parametrize(
    "program",
    [
        "local s = 1 for i = 1, 2000000 do s = s * 6364136223846793005 + 1 end",
        "local n = 0 for i = 1 << 60, (1 << 60) + 2000000 do n = n + 1 end",
        "local q, a, b = {}, 1, 1 "
        "for i = 1, 2000000 do q[b] = i b = b + 1 if b > a + 50 then q[a] = nil a = a + 1 end end",
        "local t = {} for i = 1, 2000000 do t[i % 9000 * 1000] = i t[(i + 4500) % 9000 * 1000] = nil end",
    ],
)
@pytest.mark.parametrize("tier", ["threaded", "baseline"])
def test_whatever_takes_memory_lets_the_collector_run(tier: str, program: str) -> None:
    vm = LuaVM(tier)
    try:
        vm.run(program)
        assert vm.heap.allocated < 16 << 20
        collections = vm.statistics()["collections"]
        assert collections["minor"] + collections["major"] > 2 or vm.statistics()["freed bytes"] < 1 << 20
    finally:
        vm.close()
