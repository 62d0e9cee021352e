"""Hooks from outside: what they leave behind, limits while they run, code of all kinds under them."""

from __future__ import annotations

import io

import pytest

import cupola
from cupola.language.limits import TIERS
from cupola.languages.lua.driver.errors import LuaError
from cupola.languages.lua.driver.vm import LuaVM
from cupola.observe.decode import Unit, decode
from tests.languages.lua.suite_files import SUITE, SuiteFile

WORK = "local function work(n) local x = 0 for i = 1, n do x = x + i end return x end "
SAME_UNDER_HOOKS = (
    "coroutines/status",
    "coroutines/wrap",
    "errors/",
    "metatables/",
    "statements/",
    "values/",
)
TOO_LONG = {"errors/overflow", "errors/nested", "errors/handlers"}  # with a hook at each line


def headers(vm: LuaVM) -> list[bytes]:
    """The handlers of all instructions."""
    return [
        vm.memory.read(loaded.start - vm.address + place, 4)
        for loaded in vm.functions.loaded
        for place in loaded.places[:-1]
    ]


@pytest.mark.parametrize("tier", TIERS)
def test_all_handlers_are_as_before_when_the_last_hook_is_gone(tier: str) -> None:
    vm = LuaVM(tier=tier, thresholds=cupola.Thresholds(1, 1) if tier == "auto" else None)
    vm.run(WORK + "keep = work; work(100); work(100)")
    before = headers(vm)
    vm.run("debug.sethook(function() end, 'crl')")
    assert headers(vm)[: len(before)] != before
    vm.run("assert(keep(10) == 55)")
    vm.run("debug.sethook()")
    assert headers(vm)[: len(before)] == before
    assert vm.hooks is not None and not vm.hooks.traps.are_laid
    vm.close()


def test_what_instructions_learn_under_hooks_they_know_afterwards() -> None:
    add = "keep = function(a, b) local c = 1 c = a + b return c end "
    learnt = []
    for hook in ("", "debug.sethook(function() end, 'l') "):
        vm = LuaVM(tier="threaded")
        vm.run(add + hook + "for i = 1, 5 do keep(i, 2.5) end " + "debug.sethook()" * bool(hook))
        (loaded,) = (each for each in vm.functions.loaded if each.code.name == b"keep")
        learnt.append([
            (one.name, one.handler) for one in decode(vm, Unit(loaded.start, loaded.end, "keep"))
        ])  # fmt: skip
        vm.close()
    assert learnt[0] == learnt[1]


def test_what_is_hot_is_compiled_when_hooks_are_gone() -> None:
    vm = LuaVM(thresholds=cupola.Thresholds(2, 2))
    vm.run(WORK + "debug.sethook(function() end, 'l') keep = load('local x = ... return x + 1')")
    compiled = vm.counts["tier-ups"]
    vm.run("for i = 1, 10 do keep(i) end")
    assert vm.counts["tier-ups"] == compiled
    vm.run("debug.sethook() local f = load('local x = ... return x * 2') for i = 1, 10 do f(i) end")
    assert vm.counts["tier-ups"] > compiled
    vm.close()


@pytest.mark.parametrize(
    "limits", [cupola.Limits(steps=100_000), cupola.Limits(time=0.1)], ids=["steps", "time"]
)
@pytest.mark.parametrize("mask", ["l", "", "cr"])
def test_limits_end_a_program_with_hooks(mask: str, limits: cupola.Limits) -> None:
    vm = LuaVM(limits=limits)
    with pytest.raises(cupola.LimitReached):
        vm.run(f"debug.sethook(function() end, '{mask}', 1000) while true do pcall(tostring, 1) end")
    with pytest.raises(cupola.LimitReached):  # in the hook itself
        vm.run(
            f"debug.sethook(function() debug.sethook() while true do end end, '{mask}', 1000)\n"
            "while true do math.abs(1) end"
        )
    vm.run("debug.sethook() x = 6 * 7")
    assert vm.call_named("math.abs", -42) == (42,)
    vm.close()


def test_errors_of_hooks_are_errors_where_the_program_is() -> None:
    vm = LuaVM()
    with pytest.raises(LuaError, match="enough") as caught:
        vm.run(
            "local function f()\n local x = 1\n return x\nend\n"
            "debug.sethook(function(_, line) if line == 2 then error('enough') end end, 'l')\nf()",
            "a.lua",
        )
    assert "a.lua:2: in " in caught.value.traceback
    vm.run("debug.sethook()")
    vm.close()


def test_a_count_is_met_about_as_often_as_it_says() -> None:
    vm = LuaVM()
    vm.run("n = 0 debug.sethook(function() n = n + 1 end, '', 500) for i = 1, 100000 do end debug.sethook()")
    vm.run("assert(n >= 190 and n <= 210, n)")
    vm.close()


@pytest.mark.parametrize("tier", ["auto", "switch"])
@pytest.mark.parametrize(
    "file", [each for each in SUITE if str(each).startswith(SAME_UNDER_HOOKS) and str(each) not in TOO_LONG], ids=str
)  # fmt: skip
def test_programs_do_the_same_under_a_hook(
    file: SuiteFile, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.path.parent)
    output = io.BytesIO()
    vm = LuaVM(tier=tier, thresholds=cupola.Thresholds(1, 1) if tier == "auto" else None, output=output)
    vm.run("local n = 0 debug.sethook(function() n = n + 1 end, 'crl', 1000)")
    vm.run_file(file.path.name)
    vm.finalizers.run_all()
    vm.close()
    assert output.getvalue() == file.expected
