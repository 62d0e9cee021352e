"""Samples of Lua programs: what they name, on every tier, and that the program does not notice."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest

import cupola
from cupola.language.limits import TIERS
from cupola.languages.lua.driver.vm import LuaVM
from cupola.languages.lua.driver.watched_code import POLL, watched
from cupola.languages.lua.front import compile_source
from cupola.observe import hottest
from cupola.observe.sampling import Sampler, Samples
from tests.languages.lua.suite_files import SUITE, SuiteFile

COMPILES = cupola.Thresholds(1, 1)


def sampled(source: str, tier: str = "auto", interval: float = 0.0002) -> Samples:
    """The samples of a run."""
    vm = LuaVM(tier=tier, thresholds=COMPILES if tier == "auto" else None, sampling=True)
    with Sampler(vm, interval) as sampler:
        vm.run(source, "a.lua")
    vm.close()
    return sampler.samples


def names(samples: Samples) -> set[tuple[str, ...]]:
    """The stacks that were seen, by the names of the functions."""
    return {tuple(each.name for each in stack) for stack in samples.stacks}


HOT = """
local function cold(x) for i = 1, 50 do x = x + 1 end return x end
local Account = {}
function Account:hot(x)
  for i = 1, 1000 do
    x = x * 3 % 1009
  end
  return x
end
local until_then = os.clock() + 0.15
repeat
  for i = 1, 20 do Account:hot(cold(i)) end
until os.clock() > until_then
"""


@pytest.mark.parametrize("tier", TIERS)
def test_the_hot_function_and_the_hot_line_are_found_on_every_tier(tier: str) -> None:
    samples = sampled(HOT, tier)
    assert len(samples) > 20
    (hot, own, _), *_ = hottest.functions(samples)
    assert (hot.name, hot.file, hot.begins) == ("Account:hot", "a.lua", 4)
    assert own > 0.75 * samples.total
    lines = dict(hottest.lines(samples))
    assert lines["a.lua:6"] + lines.get("a.lua:5", 0) > 0.75 * samples.total
    assert ("main chunk", "Account:hot") in names(samples)
    assert 0.1e9 < samples.total < 2e9


def test_straight_code_belongs_to_the_function_and_the_line_that_it_is_in() -> None:
    long_line = "x = x * 3 % 7; " * 30
    samples = sampled(f"""
        local function long(x)
          {long_line}
          {long_line}
          return x
        end
        local function short(x) return x end
        for i = 1, 100000 do short(long(i)) end
        """)
    (hot, own, _), *_ = hottest.functions(samples)
    assert hot.name == "long" and own > 0.8 * samples.total
    lines = dict(hottest.lines(samples))
    assert min(lines["a.lua:3"], lines["a.lua:4"]) > 0.25 * samples.total


def test_native_functions_are_leaves() -> None:
    seen = names(
        sampled("""
        local function texts() local t = {} for i = 1, 200 do t[i] = ("x"):rep(10000) end return t end
        local function sorted()
          local t = {} for i = 1, 2000 do t[i] = i * 7919 % 2003 end
          table.sort(t, function(a, b) return a > b end)
        end
        for i = 1, 30 do texts() sorted() os.time() end
        """)
    )
    assert ("main chunk", "texts", "string.rep") in seen
    assert ("main chunk", "sorted", "table.sort", "function <a.lua:5>") in seen
    assert all("?" not in each for stack in seen for each in stack)


def test_what_python_does_is_a_leaf_too() -> None:
    seen = names(sampled("for i = 1, 300 do load('return ' .. ('1,'):rep(50) .. i) end"))
    assert ("main chunk", "load") in seen


def test_the_collector_is_a_leaf() -> None:
    seen = names(
        sampled("""
        local keep = {} for i = 1, 50000 do keep[i] = {i} end
        local function make() return {} end
        for i = 1, 1000000 do make() end
        """)
    )
    assert any(stack[-1] == "(garbage collector)" for stack in seen)


def test_stacks_go_on_in_the_coroutines_that_wait() -> None:
    seen = names(
        sampled("""
        local function work() local x = 0 for i = 1, 100000 do x = x + i end end
        local wrapped = coroutine.wrap(function() while true do work() coroutine.yield() end end)
        local made = coroutine.create(function() wrapped() end)
        for i = 1, 50 do wrapped() end
        coroutine.resume(made)
        """)
    )
    assert ("main chunk", "coroutine.wrap", "function <a.lua:3>", "work") in seen


def test_of_deep_stacks_the_inner_part_is_shown() -> None:
    samples = sampled("""
        local function deep(n) if n == 0 then for i = 1, 3000000 do end return 0 end return 1 + deep(n - 1) end
        deep(20000)
        """)
    deepest = max(samples.stacks, key=len)
    assert len(deepest) <= 252
    assert deepest[0].name == "(further out)" and {each.name for each in deepest[1:]} == {"deep"}


@pytest.mark.parametrize(
    "file", [each for each in SUITE if str(each).startswith(("cor", "meta", "stat"))], ids=str
)
@pytest.mark.parametrize("tier", ["auto", "table"])
def test_programs_do_the_same_while_they_are_sampled(
    tier: str, file: SuiteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.path.parent)
    output = io.BytesIO()
    vm = LuaVM(tier=tier, thresholds=COMPILES if tier == "auto" else None, output=output, sampling=True)
    with Sampler(vm, 0.00002):
        vm.run_file(file.path.name)
        vm.finalizers.run_all()
    vm.close()
    assert output.getvalue() == file.expected


def test_a_vm_that_is_not_made_for_samples_gives_none() -> None:
    vm = LuaVM()
    with Sampler(vm, 0.001) as sampler:
        vm.run("for i = 1, 1000000 do end")
    assert not sampler.samples
    with pytest.raises(ValueError, match="sampling=True"):
        vm.spots()
    assert not any(name == "poll" for each in vm.functions.loaded for name in _decoded(vm, each))
    vm.close()


def _decoded(vm: LuaVM, loaded: Any) -> list[str]:
    from cupola.observe.decode import Unit, decode

    return [each.name for each in decode(vm, Unit(loaded.start, loaded.end, ""))]


def test_polls_keep_jumps_and_the_parts_of_instructions() -> None:
    code = compile_source(
        b"local t = f()\nfor i = 1, 10 do if g(i) then h(i) else break end end\nreturn t", b"=a"
    )
    lines: list[Any] = [(each.name, each.a, each.b, each.c, 0, each.target) for each in code.instructions]
    made, parts = watched(lines, code.lines, True, ())
    assert [each[0] for each in made if each is not POLL] == [each[0] for each in lines]
    assert parts[0] == 0 and parts[-1] == len(made)
    for number, (start, end) in enumerate(pairwise(parts)):
        part = made[start:end]
        assert [each[0] for each in part if each is not POLL] == [lines[number][0]]
        own = next(each for each in part if each is not POLL)
        target = lines[number][5]
        assert own[5] == (None if target is None else parts[target])
    for number, line in enumerate(lines):
        if line[0] == "call":
            assert made[parts[number]] is made[parts[number + 1] - 1] is POLL
