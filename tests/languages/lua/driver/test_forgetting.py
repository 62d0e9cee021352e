"""Functions that nobody can call any more: their code goes, that of all others stays as it is."""

from __future__ import annotations

import pytest

from cupola.language import driver
from cupola.language.limits import Thresholds
from cupola.languages.lua.driver.errors import LuaError
from cupola.languages.lua.driver.vm import LuaVM

TIERS = ["switch", "threaded", "baseline", "auto"]
HOT = Thresholds(calls=2, loops=2)

# Sources come and go; some of their functions stay in use, in every way in which one can.
PROGRAM = """
local rounds = ...
local held, waiting, caught = {}, {}, 0
local seed = 42
local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return seed // 65536 % n + 1 end
local function source(i)
  return ([[%s
    local base = %d
    local function add(x) local sum = 0 for i = 1, 3 do sum = sum + x end return sum + base end
    local t = setmetatable({}, {__index = function(_, k) return add(k) end})
    return add, function() return t end, coroutine.wrap(function()
      for i = 1, 1000 do coroutine.yield(add(i)) end
    end), function() error("e" .. base, 1) end]]):format(("\\n"):rep(i % 7), i)
end
for i = 1, rounds do
  local add, table_of, step, fail = load(source(i), "=s" .. i)()
  assert(add(1) == 3 + i and table_of()[2] == 6 + i)
  local ok, message = pcall(fail)
  assert(not ok and message == ("s%d:%d: e%d"):format(i, i % 7 + 7, i), message)
  message = select(2, pcall(add))
  assert(message == ("s%d:%d: attempt to perform arithmetic on a nil value (local 'x')"):format(i, i % 7 + 3), message)
  assert(step() == 3 + i)
  local where = random(4)
  if where == 1 then held[random(20)] = {i, add}
  elseif where == 2 then held[random(20)] = {i, function(x) return table_of()[x] end}
  elseif where == 3 then waiting[random(20)] = {i, 1, step} end
  for _, each in pairs(held) do assert(each[2](5) == 15 + each[1]) end
  for _, each in pairs(waiting) do
    each[2] = each[2] + 1
    assert(each[3]() == 3 * each[2] + each[1])
  end
  if i % 16 == 0 then collectgarbage(i % 64 == 0 and "collect" or "step") end
end
return #held
"""


@pytest.mark.parametrize("stress", [0, 1, 2])
@pytest.mark.parametrize("tier", TIERS)
def test_code_is_used_again(tier: str, stress: int) -> None:
    vm = LuaVM(tier, thresholds=HOT if tier in ("baseline", "auto") else None)
    vm.heap.stress = stress
    vm.room.end = vm.room.top + 260_000  # for some 100 of the sources
    vm.run(PROGRAM, "=test", vm.objects.integer(60 if stress else 400))
    assert len(vm.functions.starts) < 450
    vm.close()


def test_native_code_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 512 << 10  # twice what texts that are kept take
    monkeypatch.setattr(driver, "NATIVE_BYTES", size)
    vm = LuaVM("baseline", thresholds=HOT)
    vm.run(PROGRAM, "=test", vm.objects.integer(1000))
    assert vm.counts["compiled bytes"] > 3 * size
    assert vm.native is not None and vm.native.used <= size
    assert not vm.refusals
    vm.close()


def test_texts_that_are_run_once_take_no_memory() -> None:
    vm = LuaVM()
    for number in range(3000):
        assert vm.run(f"return {number} + 1") == [vm.objects.integer(number + 1)]
        if number % 500 == 0:
            vm.collect()
            vm.hosts.let_go_dead()
    assert len(vm.functions.starts) < 1000 and vm.room.used < 200_000
    vm.close()


def test_what_is_held_fills_the_room_and_can_be_dropped() -> None:
    vm = LuaVM()
    vm.room.end = vm.room.top + 50_000
    vm.run("""
    local held, n = {}, 0
    local function fill()
      while true do
        n = n + 1
        held[#held + 1] = load("local a = " .. n .. " return function() return a end")()
      end
    end
    for round = 1, 3 do
      local ok, message = pcall(fill)
      assert(not ok and message == "not enough memory", message)
      assert(#held > 100 and held[1]() + #held - 1 == held[#held]())
      held = {}
    end
    assert(load("return 1")() == 1)
    """)
    vm.close()


def test_a_source_that_is_too_large_leaves_nothing() -> None:
    vm = LuaVM()
    vm.room.end = vm.room.top + 20_000
    vm.run("x = 1")
    vm.collect()
    vm.hosts.let_go_dead()
    used, count = vm.room.used, len(vm.functions.starts)
    inner = "local function f() return 1 end " * 50
    source = f"{inner} do {inner} {'x = x + 1 ' * 2000} end"
    with pytest.raises((MemoryError, LuaError)):
        vm.run(source)
    assert vm.room.used <= used and len(vm.functions.starts) <= count
    vm.run("assert(x == 1)")
    vm.close()


def test_hooks_know_nothing_of_code_that_is_gone() -> None:
    vm = LuaVM("baseline", thresholds=HOT)
    vm.room.end = vm.room.top + 60_000
    vm.run("""
    local lines = 0
    local function run(from, to)
      for i = from, to do
        local f = load("local a = ...\\nlocal b = a + " .. i .. (";"):rep(i % 5) .. "\\nreturn b")
        assert(f(1) == i + 1 and f(2) == i + 2 and f(3) == i + 3)
        if i % 20 == 0 then collectgarbage() end
      end
    end
    run(1, 200)
    debug.sethook(function() lines = lines + 1 end, "l")
    run(201, 400)
    debug.sethook()
    assert(lines > 200 * 9)
    run(401, 1000)
    """)
    vm.close()


def test_a_vm_that_counts_keeps_what_it_counted() -> None:
    vm = LuaVM(counting=True)
    vm.run("for i = 1, 50 do load('local t = {x = ' .. i .. '} return t.x')() end collectgarbage()")
    vm.hosts.let_go_dead()
    assert sum(vm.statistics()["field caches"].values()) > 50
    vm.close()
