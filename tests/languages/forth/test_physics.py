"""The physics of Forth: programs cannot tell whether they are on; equal runs are equal; loops are switches; the
words."""

from __future__ import annotations

import random
from typing import Any

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, Engine, make_vm, run
from tests.languages.forth.suite_files import SUITE, SuiteFile

SOME_ENGINES = [ENGINES[0], ENGINES[3], ENGINES[5]]  # switch, baseline, auto
WORK = """
: square dup * ;
: some ( n -- n )  0 swap 0 do  i square +  i 7 and 0= if 1- then  loop ;
: more ( -- )  60 0 do  i 50 * 1+ some drop  loop ;
: fib dup 2 < if exit then dup 1- recurse swap 2 - recurse + ;
more 18 fib drop more 20 fib drop more
"""


def physics_vm(tier: str = "auto", output: Any = None, **knobs: int | str) -> cupola.VM:
    thresholds = cupola.Thresholds(3, 2) if tier == "auto" else None
    return cupola.VM(
        "forth",
        tier=tier,
        thresholds=thresholds,
        physics=cupola.Physics("starforth-paper", **knobs),
        output=output,
    )


class Chaos:
    """Puts random numbers into the state of the physics at each tick; what the cache holds is what a search finds."""

    def __init__(self, vm: cupola.VM, seed: int) -> None:
        self.choose = random.Random(seed)
        self.system = vm.system
        vm.system.physics.on_tick = self.tick
        self.ticks = 0

    def tick(self, physics: Any) -> None:
        self.ticks += 1
        if self.ticks > 100 and self.ticks % 100:  # some programs tick 20,000 times, and chaos takes 10 ms
            return
        choose, state = self.choose, physics.state
        words = self.system.vm.word_count
        for _ in range(50):
            meta = physics.meta(choose.randrange(1, words))
            meta.heat = choose.choice([0, 1, 49, 50, 51, 1000, 1 << 40])
            meta.temperature = choose.randrange(1 << 16)
            meta.flags = choose.randrange(8)
        window = b"".join(choose.randrange(1, words).to_bytes(4, "little") for _ in range(4096))
        physics.memory.write(physics.offsets["window"], window)
        state.window_next = choose.randrange(1, 1 << 20)
        state.window_size = choose.randrange(256, 4097)
        state.mode = choose.randrange(16)
        state.loops = choose.randrange(128)
        state.use_cache = choose.randrange(2)
        state.threshold = choose.choice([0, 50, 10_000])
        state.slope = choose.randrange(1 << 16)
        self.fill_cache(physics)

    def fill_cache(self, physics: Any) -> None:
        system = self.system
        place = system.engine.structs["HotWords"]
        start = physics.cache._offset
        found = []
        for _ in range(200):
            token = self.choose.randrange(1, system.vm.word_count)
            if system.find(system.word_name(token)) == token and token not in found:
                found.append(token)
        found = found[:32]
        for at, token in enumerate(found):
            physics.memory.write(
                start + place["hashes"][0] + 4 * at, system.word(token).hash.to_bytes(4, "little")
            )
            physics.memory.write(start + place["tokens"][0] + 4 * at, token.to_bytes(4, "little"))
        physics.cache.count = len(found)
        physics.fields.generation = system.vm.generation


@pytest.mark.parametrize("engine", SOME_ENGINES, ids=str)
@pytest.mark.parametrize("file", SUITE, ids=str)
def test_programs_cannot_tell_whether_the_physics_are_on(file: SuiteFile, engine: Engine) -> None:
    source = f's" {file.path}" included'
    with file.open_input() as typed:
        plain = run(make_vm(engine, typed), source)
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    for chaotic in (False, True):
        with file.open_input() as typed:
            vm = cupola.VM(
                "forth",
                tier=engine.tier,
                thresholds=thresholds,
                input=typed,
                physics=cupola.Physics("starforth-paper", period=10_000),
            )
            chaos = Chaos(vm, 7) if chaotic else None
            found = run(vm, source)
            vm.close()
        assert found.comparable() == plain.comparable()
        assert chaos is None or chaos.ticks > 0 or file.path.stat().st_size < 4000


def everything(vm: cupola.VM) -> tuple[object, ...]:
    """All that is deterministic in the state of the physics."""
    physics = vm.system.physics
    statistics = physics.statistics()
    heats = {token: (physics.meta(token).heat, physics.meta(token).temperature) for token in physics.heats()}
    return statistics, heats, physics.window(), sorted(physics.pairs()), list(physics.rows())


def test_thirty_runs_are_equal() -> None:
    seen = []
    for _ in range(30):
        with physics_vm(period=20_000, infer_every=8, latency_every=0) as vm:
            vm.run(WORK)
            seen.append(everything(vm))
    assert all(each == seen[0] for each in seen)
    assert seen[0][0]["ticks"] > 50  # type: ignore[index]  # the statistics


def test_heat_is_the_same_on_all_tiers() -> None:
    seen = {}
    for tier in ("switch", "table", "threaded", "baseline", "auto"):
        with physics_vm(tier, period=20_000, infer_every=8, latency_every=0) as vm:
            vm.run(WORK)
            seen[tier] = everything(vm)
    assert all(each == seen["switch"] for each in seen.values())


@pytest.mark.parametrize("loop", range(1, 8))
def test_each_loop_is_a_switch(loop: int) -> None:
    """With all loops on there is an effect of each; with one off there is none of it."""
    effects: list[tuple[int, ...]] = []
    others = 127 if loop != 1 else 127 & ~8  # a predicted word is heated without having run
    for loops in (others, others & ~(1 << loop - 1)):
        knobs: dict[str, Any] = {
            "loops": loops,
            "selector": 0,
            "period": 20_000,
            "infer_every": 4,
            "slope": 3000,
            "votes": 1,
        }
        with physics_vm(**knobs) as vm:
            vm.run(WORK)
            vm.run("1 square drop " * 40)
            vm.system.physics.fold()
            state = vm.system.physics.state
            effects.append(
                (
                    state.total_heat,
                    state.window_next,
                    state.decayed,
                    state.transitions,
                    state.width,
                    state.fitted_slope,
                    int(state.period != 20_000),
                )
            )
    assert effects[0][loop - 1] != 0
    assert effects[1][loop - 1] == 0


def test_the_selector_changes_the_mode() -> None:
    with physics_vm(period=20_000, votes=5) as vm:
        vm.run(WORK)
        state = vm.system.physics.state
        assert state.mode_switches >= 1
        assert state.mode != 15


def test_frozen_words_keep_their_heat() -> None:
    with physics_vm(slope=65536, executions_in_us=1, period=20_000) as vm:
        vm.run(": warm ; : cold ;  1000 ' warm heat!  1000 ' cold heat!  ' warm freeze-word")
        vm.run(WORK)
        vm.run("' warm heat@ ' cold heat@")
        warm, cold = vm.stack
        assert warm >= 1000 and cold < 10


def test_the_words() -> None:
    with physics_vm(lookup_heat=0) as vm:
        vm.run(": sq dup * ;  : work 200 0 do i sq drop loop ;  work work")
        vm.run("' sq heat@ .  ' sq show-heat  60 ' work heat!  ' work heat@ .  ' work entropy@ .")
        assert vm.take_output() == "400 sq: heat 400, temperature 64.00\n60 60 "
        vm.run("' sq frozen? .  ' sq freeze-word  ' sq frozen? .  ' sq unfreeze-word  ' sq frozen? .")
        assert vm.take_output() == "0 -1 0 "
        vm.run("' dup frozen? .  freeze-critical  ' dup frozen? .  decay-rate@ .")
        assert vm.take_output() == "0 -1 1 "
        vm.run("3 top-words")
        lines = [line.split() for line in vm.take_output().splitlines()]
        assert lines[0][0] == "dup" and int(lines[0][1]) > 400  # words of the system run it, too
        assert len(lines) == 3
        vm.run("5 ' sq 3 physics-burn .")
        assert vm.take_output() == "390625 "


def test_words_that_print() -> None:
    """What each report says, by its first line."""
    wanted = {
        "physics-cache-stats": "cache",
        "physics-build-info": "preset",
        "heat-percentiles": "heat of a quarter",
        "reorg-buckets": "words in buckets",
        "show-heat-optimization": "strategy",
        "compare-lookups": "hash table",
        "pipelining-show-stats": "recording",
        "' dup pipelining-analyze-word": "after dup",
        "physics-calc-knobs": "window_size",
        "physics-show-feedback": "L1 on",
        "' dup physics-word-metrics": "word",
        "physics-toggle-cache": "cache off",
        "1000 bench-dict-lookup": "1,000 lookups",
        "physics-bayesian-report": "search",
        "all-heats": "",
        "word-entropy": "",
        "5 pipelining-show-top-transitions": "",
        "reset-entropy": "",
        "physics-reset-stats": "",
        "pipelining-reset-all": "",
        "false pipelining-enable": "",
    }
    with physics_vm() as vm:
        vm.run(WORK)
        for text, begin in wanted.items():
            vm.run(text)
            said = vm.take_output().splitlines()
            assert begin in (said or [""])[0], text
            assert vm.stack == (), text
        vm.run("pipelining-stats .  lookup-strategy@ .  1 lookup-strategy! lookup-strategy@ .")
        assert vm.take_output() == "1 0 1 "  # FALSE and PIPELINING-ENABLE itself
        vm.run("' dup heat@ .")
        assert int(vm.take_output()) < 100  # RESET-ENTROPY


@pytest.mark.parametrize(
    "text", ["0 heat@", "99999 heat@", "-1 ' dup heat!", "1 99999 heat!", "99999 freeze-word"]
)
def test_bad_arguments_throw(text: str) -> None:
    with physics_vm() as vm:
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(text)
        assert caught.value.code in (-9, -24)
        vm.run("1 2 + .")
        assert vm.take_output() == "3 "


def test_with_the_physics_off_heat_is_zero() -> None:
    with cupola.VM("forth") as vm:
        vm.run("also starforth  5 ' dup heat!  ' dup heat@ .  decay-rate@ .")
        assert vm.take_output() == "0 0 "
        vm.run("physics-cache-stats")
        assert vm.take_output() == "the physics are off: start with --physics NAME\n"


def test_the_cache_follows_the_dictionary() -> None:
    """What is hot is found in the cache; what a name means is always what a search finds."""
    with physics_vm(threshold=3) as vm:
        vm.run(": a 1 ;  " + "a drop " * 20)
        assert vm.system.physics.cache.hits > 10
        vm.run("a .  : a 2 ;  a .  " + "a drop " * 20)
        vm.run("marker away  : a 3 ;  " + "a drop " * 20 + " a .  away  a .")
        vm.run(
            "wordlist constant other  get-order other swap 1+ set-order  definitions : a 4 ;  a .  previous a ."
        )
        vm.run("forth definitions  forget a  a .")
        assert vm.take_output() == "1 2 3 2 4 2 1 "


def test_the_memory_is_what_is_promised() -> None:
    with physics_vm() as vm:
        cache_bytes, word_bytes = vm.system.physics.memory_report()
        assert cache_bytes < 1024
        assert word_bytes == 64 * vm.system.vm.word_count


def test_rows_of_the_heartbeat(tmp_path: Any) -> None:
    with physics_vm(period=20_000) as vm:
        vm.run(WORK)
        count = vm.system.physics.write_csv(str(tmp_path / "rows.csv"))
        lines = (tmp_path / "rows.csv").read_text().splitlines()
        assert len(lines) == count + 1 == vm.system.physics.state.tick_number + 1
        assert lines[0].startswith("tick,clock,heat,")


def test_an_image_and_the_physics_do_not_go_together(tmp_path: Any) -> None:
    path = str(tmp_path / "saved.img")
    with physics_vm() as vm, pytest.raises(cupola.GuestError, match="physics"):
        vm.run(f's" {path}" save-system')
