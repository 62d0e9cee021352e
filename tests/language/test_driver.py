"""The run loop, on every tier: limits in pairs, interruption at every step, several systems at once."""

from __future__ import annotations

import _thread
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import cupola
from cupola.language.limits import TIERS

WORDS = """
: count-down  begin dup while 1- repeat drop ;
: fib  dup 2 < if exit then  dup 1- recurse swap 2 - recurse + ;
: forever  begin 1 drop again ;
variable running
: run-forever  1 running !  forever ;
"""
EAGER = [("auto", cupola.Thresholds(1, 1)), ("auto", cupola.Thresholds(3, 2))]
ENGINES = [*((tier, None) for tier in TIERS), *EAGER]
SOURCES = ["1 2 + drop", "100 count-down", "10 fib drop", ": x  5 0 do i drop loop ;  x"]


def make(tier: str, thresholds: cupola.Thresholds | None = None) -> cupola.VM:
    vm = cupola.VM("forth", tier=tier, thresholds=thresholds)
    vm.run(WORDS)
    return vm


def steps_of(vm: cupola.VM, source: str) -> int:
    """The steps that a source takes."""
    before: int = vm.statistics()["steps"]
    vm.run(source)
    after: int = vm.statistics()["steps"]
    return after - before


@contextlib.contextmanager
def limited(vm: cupola.VM, **limits: float) -> Iterator[None]:
    """The VM with these limits for a while."""
    vm.system.limits = cupola.Limits(**limits)  # type: ignore[arg-type]  # the caller names numbers of the right type
    yield
    vm.system.limits = cupola.Limits()


def check_usable(vm: cupola.VM) -> None:
    assert vm.call("fib", 12) == (144,)
    vm.run("1 2 + .")
    assert vm.take_output() == "3 "


# --- steps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES)
def test_steps_are_the_same_number_on_every_tier(source: str) -> None:
    counts = set()
    for tier, thresholds in ENGINES:
        vm = make(tier, thresholds)
        counts |= {steps_of(vm, source) for _ in range(3)}
        vm.close()
    assert len(counts) == 1 and counts.pop() > 0


@pytest.mark.parametrize(("tier", "thresholds"), ENGINES)
def test_n_steps_are_enough_and_one_less_is_not(tier: str, thresholds: cupola.Thresholds | None) -> None:
    vm = make(tier, thresholds)
    for source in ("100 count-down", "9 fib drop", "1 drop"):
        wanted = steps_of(vm, source)
        with limited(vm, steps=wanted):
            vm.run(source)
        with limited(vm, steps=wanted - 1), pytest.raises(cupola.LimitReached) as caught:
            vm.run(source)
        assert caught.value.limit == "steps"
        assert f"{wanted - 1:,} steps" in caught.value.message
        check_usable(vm)
    vm.close()


@pytest.mark.parametrize(("tier", "thresholds"), ENGINES)
def test_interruption_at_every_step(tier: str, thresholds: cupola.Thresholds | None) -> None:
    vm = make(tier, thresholds)
    stopped = 0
    for steps in range(1, 201):
        with limited(vm, steps=steps):
            try:
                vm.run(": more  5 0 do i fib drop loop ;  3 count-down  7 ' fib catch 2drop  more")
            except cupola.LimitReached:
                stopped += 1
        assert vm.stack == ()
        if steps % 10 == 0:
            check_usable(vm)
    check_usable(vm)
    assert stopped == 200, "the program takes more steps than that"
    vm.close()


def test_the_limit_of_steps_counts_for_each_run_and_not_for_the_making() -> None:
    with cupola.VM("forth", limits=cupola.Limits(steps=500)) as vm:
        for _ in range(50):
            vm.run("1 2 + drop")
        with pytest.raises(cupola.LimitReached):
            vm.run(": x begin again ; x")


def test_guest_code_cannot_catch_a_limit() -> None:
    with cupola.VM("forth", limits=cupola.Limits(steps=5000)) as vm:
        with pytest.raises(cupola.LimitReached):
            vm.run(": x begin again ;  : y ['] x catch 1 . ;  y")
        assert vm.take_output() == ""


# --- time and memory ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", TIERS)
def test_the_time_limit_stops_what_runs_forever_and_nothing_else(tier: str) -> None:
    vm = make(tier)
    with limited(vm, time=60.0):
        vm.run("1000 count-down")
    with limited(vm, time=0.05), pytest.raises(cupola.LimitReached) as caught:
        vm.run("forever")
    assert caught.value.limit == "time"
    assert [frame.name for frame in caught.value.backtrace] == ["forever"]
    check_usable(vm)
    vm.close()


@pytest.mark.parametrize("tier", ["switch", "auto"])
def test_the_memory_limit_in_pairs(tier: str) -> None:
    with cupola.VM("forth", tier=tier, limits=cupola.Limits(memory=1 << 20)) as vm:
        vm.run("unused 1000 - allot")
        with pytest.raises(cupola.LimitReached) as caught:
            vm.run("2000 allot")
        assert caught.value.limit == "memory"
        vm.run("1 2 + .")
        assert vm.take_output() == "3 "


@pytest.mark.parametrize("name", ["steps", "time", "memory"])
@pytest.mark.parametrize("value", [0, -1])
def test_limits_that_are_none_are_refused(name: str, value: int) -> None:
    wanted: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=f"the limit for {name} must be positive, found {value}"):
        cupola.Limits(**wanted)


def test_a_limit_of_files_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="the limit for files must be one of all, read, none, found 'some'"):
        cupola.Limits(files="some")


# --- interruption from outside ------------------------------------------------------------------------------


@contextlib.contextmanager
def once_running(vm: cupola.VM, act: Callable[[], object]) -> Iterator[None]:
    """Another thread acts as soon as the guest has set its variable: any earlier it would hit what makes ready."""
    place = vm.call("running")[0]
    vm.system.write(place, bytes(8))

    def watch() -> None:
        while not any(vm.system.read(place, 8)):
            time.sleep(0.001)
        time.sleep(0.02)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize("tier", TIERS)
def test_another_thread_interrupts(tier: str) -> None:
    vm = make(tier)
    for _ in range(3):
        with once_running(vm, vm.interrupt), pytest.raises(cupola.Interrupted) as caught:
            vm.run("run-forever")
        assert [frame.name for frame in caught.value.backtrace] == ["forever", "run-forever"]
        check_usable(vm)
    vm.close()


@pytest.mark.parametrize("tier", TIERS)
def test_control_c_interrupts(tier: str) -> None:
    vm = make(tier)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with once_running(vm, _thread.interrupt_main), pytest.raises(cupola.Interrupted):
            vm.run("run-forever")
    finally:
        signal.signal(signal.SIGINT, before)
    check_usable(vm)
    vm.close()


def test_an_interrupt_of_the_last_run_does_not_stop_the_next() -> None:
    with make("auto") as vm:
        vm.interrupt()
        check_usable(vm)


# --- several systems ----------------------------------------------------------------------------------------


def test_systems_do_not_share_anything() -> None:
    systems = [make(tier, thresholds) for tier, thresholds in ENGINES]
    for number, vm in enumerate(systems):
        vm.run(f"variable v  {number} v !  : mine  {number} ;")
    for number, vm in enumerate(systems):
        vm.run("v @ . mine .")
        assert vm.take_output() == f"{number} {number} "
    for vm in systems:
        vm.close()


def test_systems_run_in_parallel_threads() -> None:
    found: dict[int, tuple[int, ...] | BaseException] = {}

    def run(number: int, tier: str, thresholds: cupola.Thresholds | None) -> None:
        try:
            with make(tier, thresholds) as vm:
                for _ in range(5):
                    vm.run("200 count-down")
                    found[number] = vm.call("fib", 18)
        except BaseException as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=(number, *each)) for number, each in enumerate(ENGINES)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == dict.fromkeys(range(len(ENGINES)), (2584,))


def test_python_goes_on_while_a_guest_runs() -> None:
    with make("auto") as vm:
        ticks: list[float] = []
        stop = threading.Event()

        def count() -> None:
            while not stop.wait(0.001):
                ticks.append(time.monotonic())

        thread = threading.Thread(target=count)
        thread.start()
        with limited(vm, time=0.3), pytest.raises(cupola.LimitReached):
            vm.run("forever")
        stop.set()
        thread.join()
        assert len(ticks) > 10


# --- the end ------------------------------------------------------------------------------------------------


def test_a_closed_system_says_so() -> None:
    vm = make("auto")
    vm.close()
    vm.close()
    with pytest.raises(ValueError, match="this VM is closed"):
        vm.run("1 .")
    with pytest.raises(ValueError, match="this VM is closed"):
        vm.call("fib", 1)


def test_systems_that_are_dropped_give_their_memory_back() -> None:
    for _ in range(60):  # more than would fit below 2 GB at once
        cupola.VM("forth", limits=cupola.Limits(memory=64 << 20)).run("1 drop")


# --- tiers --------------------------------------------------------------------------------------------------


def test_full_code_memory_is_a_refusal_and_the_run_goes_on() -> None:
    with make("baseline") as vm:
        native = vm.system.native
        assert native is not None
        native.used = native.size
        vm.run(": square  dup * ;  : sum  0 swap 0 do i square + loop ;")
        assert vm.call("sum", 100) == (328350,)
        assert list(vm.statistics()["refusals"]) == ["code memory is full"]
        native.used = 0x10000


def test_a_tier_without_a_compiler_goes_on_when_its_countdown_is_used_up() -> None:
    with make("threaded") as vm:
        vm.run(": loops  0 swap 0 do i + loop ;")
        token = vm.system.find("loops")
        word = vm.system.word(token)
        for pc in range(word.entry, word.code_end, 4):  # let every countdown be near its end
            place = pc - vm.system.address
            if vm.system.memory.read(place, 4) == b"\xff\xff\xff\x7f":
                vm.system.memory.write(place, (3).to_bytes(4, "little"))
        for _ in range(8):
            assert vm.call("loops", 10) == (45,)
        assert vm.statistics()["tier-ups"] == 0


def test_each_word_is_compiled_once() -> None:
    with make("auto", cupola.Thresholds(1, 1)) as vm:
        with limited(vm, time=0.05), pytest.raises(cupola.LimitReached):
            vm.run("forever")
        for _ in range(5):
            vm.run("100 count-down  12 fib drop")
        names = [each.name for each in vm.system.compiled]
        assert {"forever", "fib", "count-down"} <= set(names)
        assert len(names) == len(set(names))
        assert vm.statistics()["compiled instructions"] >= len(names)
