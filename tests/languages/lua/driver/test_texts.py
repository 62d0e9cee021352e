"""Sources that are loaded again: functions of their own, of code that is there."""

from __future__ import annotations

import pytest

from cupola.languages.lua.driver.texts import MOST
from cupola.languages.lua.driver.vm import LuaVM

PROGRAM = """
local text = "local n = 0 return function() n = n + 1 return n, x end"
local f, g = load(text), load(text)
assert(f ~= g)
local a, b = f(), g()
x = 5
assert(a() == 1 and a() == 2 and b() == 1 and select(2, a()) == 5)
assert(load("return x", "=n", "t", {x = 9})() == 9 and load("return x", "=n", "t", {x = 10})() == 10)
assert(load("return x", "=n")() == 5 and not load("return x", "=n", "b"))
assert(select(2, pcall(load("error('e')", "=first"))) == "first:1: e")
assert(select(2, pcall(load("error('e')", "=second"))) == "second:1: e")
assert(not load("no program") and not load("no program"))
for round = 1, 3 do
  for i = 1, 300 do assert(load("return " .. i)() == i) end
  collectgarbage()
end
assert(load(string.dump(load("return ...")))(7) == 7)
"""


@pytest.mark.parametrize("stress", [0, 2])
def test_loading_again(stress: int) -> None:
    vm = LuaVM()
    vm.heap.stress = stress
    vm.run(PROGRAM)
    assert len(vm.texts.texts) == MOST
    vm.close()


def test_the_same_text_takes_memory_once() -> None:
    vm = LuaVM()
    vm.run("for i = 1, 10 do load('return 1, 2, 3') end")
    used = vm.room.used
    vm.run("for i = 1, 10 do load('return 1, 2, 3') end")
    assert vm.room.used == used
    vm.close()
