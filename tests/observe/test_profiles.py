"""The files that samples become, by their structure, and the table of what is hot."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cupola.language.spots import Spot
from cupola.observe import hottest, profiles
from cupola.observe.sampling import Sampler, Samples

MAIN, NATIVE = Spot("main chunk", "a.lua", 0, 9), Spot("string.rep", "", 0, 0)


def inner(line: int) -> Spot:
    return Spot("inner", "a.lua", 3, line)


@pytest.fixture
def samples() -> Samples:
    made = Samples()
    made.add((MAIN, inner(4)), 1_000)
    made.add((MAIN, inner(5)), 2_000)
    made.add((MAIN, inner(5), NATIVE), 4_000)
    made.add((MAIN,), 8_000)
    made.add((MAIN, inner(4)), 16_000)
    return made


def test_folded_stacks_are_functions_with_their_weights(samples: Samples) -> None:
    assert profiles.folded(samples).splitlines() == [
        "main chunk (a.lua) 8000",
        "main chunk (a.lua);inner (a.lua:3) 19000",
        "main chunk (a.lua);inner (a.lua:3);string.rep 4000",
    ]


def test_names_cannot_break_folded_stacks() -> None:
    made = Samples()
    made.add((Spot('function <[string "a;b\n"]:1>', '[string "a;b\n"]', 1, 1),), 7)
    assert profiles.folded(made) == 'function <[string "a:b "]:1> 7\n'


def test_speedscope_has_all_samples_in_their_order(samples: Samples) -> None:
    made = profiles.speedscope(samples, "a.lua")
    assert made["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = made["shared"]["frames"]
    assert frames == [
        {"name": "main chunk", "file": "a.lua", "line": 0},
        {"name": "inner", "file": "a.lua", "line": 3},
        {"name": "string.rep"},
    ]
    (profile,) = made["profiles"]
    assert (profile["type"], profile["unit"], profile["startValue"]) == ("sampled", "nanoseconds", 0)
    assert profile["samples"] == [[0, 1], [0, 1], [0, 1, 2], [0], [0, 1]]
    assert profile["weights"] == [1_000, 2_000, 4_000, 8_000, 16_000]
    assert profile["endValue"] == sum(profile["weights"]) == samples.total


def test_bars_of_a_trace_lie_inside_each_other(samples: Samples) -> None:
    events = profiles.trace(samples, "a.lua")["traceEvents"]
    assert {each["ph"] for each in events} == {"M", "X"}
    bars = [(each["name"], each["ts"], each["dur"]) for each in events if each["ph"] == "X"]
    assert sorted(bars) == [
        ("inner", 0.0, 7.0),
        ("inner", 15.0, 16.0),
        ("main chunk", 0.0, 31.0),
        ("string.rep", 3.0, 4.0),
    ]


def test_what_is_hot_comes_first(samples: Samples) -> None:
    found = [(each.name, own, whole) for each, own, whole in hottest.functions(samples)]
    assert found == [("inner", 19_000, 23_000), ("main chunk", 8_000, 31_000), ("string.rep", 4_000, 4_000)]
    assert hottest.lines(samples) == [("a.lua:4", 17_000), ("a.lua:9", 8_000), ("a.lua:5", 6_000)]
    assert "  61.3%   74.2%  inner (a.lua:3)" in hottest.table(samples, 12)
    assert hottest.table(samples, 1).count("a.lua") == 2
    assert hottest.table(Samples(), 5) == "no samples: the program ended too soon"


class Clockwork:
    """A VM that answers when it is asked, as far as a sampler sees it."""

    def __init__(self) -> None:
        self.watcher: Any = None
        self.wanted = 0

    def want_sample(self) -> None:
        self.wanted += 1

    def spots(self) -> tuple[Spot, ...]:
        return (MAIN,)


def test_a_sample_weighs_the_time_since_the_one_before() -> None:
    vm: Any = Clockwork()
    with Sampler(vm, 0.001) as sampler:
        assert vm.watcher is sampler
        vm.watcher.begin()
        began = time.perf_counter_ns()
        while vm.wanted < 5:
            time.sleep(0.001)
        vm.watcher.sample()
        time.sleep(0.01)
        vm.watcher.sample()
        passed = time.perf_counter_ns() - began
    assert not vm.watcher
    assert [stack for stack, _ in sampler.samples] == [(MAIN,), (MAIN,)]
    assert sampler.samples.taken[1][1] >= 10_000_000
    assert 0.9 * passed < sampler.samples.total < 1.1 * passed
    asked = vm.wanted
    time.sleep(0.01)
    assert vm.wanted == asked  # the thread has ended


def test_an_interval_is_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Sampler(Clockwork(), 0.0)  # type: ignore[arg-type]
