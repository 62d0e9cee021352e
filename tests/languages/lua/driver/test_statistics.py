"""What statistics tell: the same on all tiers, true to what the program did."""

from __future__ import annotations

from typing import Any

import pytest

import cupola
from cupola.language.limits import TIERS
from cupola.languages.lua.driver import statistics
from cupola.languages.lua.driver.vm import LuaVM

SHAPES = """
local tables = {}
for i = 1, 20 do
  local t = {}
  t["own" .. i] = i
  t.x = i
  tables[i] = t
end
"""


def counted(source: str, tier: str = "auto", counting: bool = True) -> dict[str, Any]:
    vm = LuaVM(tier=tier, thresholds=cupola.Thresholds(1, 1) if tier == "auto" else None, counting=counting)
    vm.run(source)
    found = vm.statistics()
    vm.close()
    return found


@pytest.mark.parametrize("tier", TIERS)
def test_a_site_that_meets_one_shape_hits(tier: str) -> None:
    found = counted("local t = {x = 1} local s = 0 for i = 1, 10000 do s = s + t.x t.x = i end", tier)
    assert found["field accesses"]["all"] == 20_001  # the constructor sets the field, too
    assert found["field accesses"]["hits"] >= 20_001 - 3 and found["hit rate"] > 0.999
    assert found["field caches"] == {"monomorphic": 3, "polymorphic": 0, "megamorphic": 0, "not reached": 0}


@pytest.mark.parametrize("tier", TIERS)
def test_sites_that_meet_many_shapes(tier: str) -> None:
    found = counted(
        SHAPES
        + """
        local s = 0
        for i = 1, 10000 do s = s + tables[i % 2 + 1].x end
        for i = 1, 10000 do s = s + tables[i % 20 + 1].x end
        """,
        tier,
    )
    sites = found["field caches"]
    assert (sites["polymorphic"], sites["megamorphic"]) == (1, 1)
    misses = found["field accesses"]["misses"]
    assert 8_900 < misses < 9_300  # nine of ten of the one with 20 shapes


@pytest.mark.parametrize("tier", TIERS)
def test_what_metamethods_do_is_neither_a_hit_nor_a_miss(tier: str) -> None:
    found = counted(
        """
        local any = setmetatable({}, {__index = function() return 1 end, __newindex = function() end})
        local s = 0
        for i = 1, 1000 do s = s + any.x any.y = 1 end
        """,
        tier,
    )
    accesses = found["field accesses"]
    assert accesses["metamethods"] == 2000
    assert accesses["hits"] + accesses["misses"] + 2000 == accesses["all"]
    assert accesses["hits"] < 10


@pytest.mark.parametrize("tier", TIERS)
def test_counting_changes_no_steps_and_nothing_that_a_program_sees(tier: str) -> None:
    source = """
        local function f(t, n) for i = 1, n do t.x = t.x + i end return t.x end
        local t = {x = 0} for i = 1, 50 do f(t, i) end
        assert(t.x == 22100) assert(debug.traceback():find("4: in main chunk"))
        """
    assert counted(source, tier)["steps"] == counted(source, tier, counting=False)["steps"]


def test_sampling_changes_no_steps() -> None:
    found = []
    for sampling in (False, True):
        vm = LuaVM(tier="threaded", sampling=sampling)
        vm.run("local function f(n) if n > 0 then f(n - 1) end end for i = 1, 20 do f(i) end")
        found.append(vm.steps)
        vm.close()
    assert found[0] == found[1]


def test_a_site_that_is_not_reached() -> None:
    found = counted("local t = {} if t.x then t.y = 1 t.z = 2 end")
    assert found["field caches"]["not reached"] == 2


def test_the_collector_and_shapes() -> None:
    before = counted("local x = 1")
    found = counted("""
        for i = 1, 200000 do local t = {i} end
        collectgarbage()
        local t = {} for i = 1, 50 do t["field" .. i] = i end
        """)
    assert found["collections"]["major"] > before["collections"]["major"]
    assert found["collections"]["minor"] > before["collections"]["minor"]
    assert found["freed bytes"] > 1_000_000
    assert 0 < found["longest pause seconds"] <= found["pause seconds"] < 1
    assert found["shapes"] >= before["shapes"] + 50
    assert found["heap bytes"] > 0


def test_without_counting_there_are_no_rates() -> None:
    found = counted("local t = {x = 1} local y = t.x", counting=False)
    assert "hit rate" not in found and "shapes" in found


def test_sites_have_names() -> None:
    vm = LuaVM(counting=True)
    vm.run("local t = {} function t.f(x) return x end t:f() local g = t.f g(t) glob = t")
    names = [(each.name, each.runs) for each in statistics.sites_of(vm)]
    assert sorted(names) == [("get_field", 1), ("self", 1), ("set_field", 1), ("set_global", 1)]
    vm.close()
