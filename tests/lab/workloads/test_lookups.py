"""The lookups of the 23 words: every way finds the same words, and the cache holds what is hot."""

from __future__ import annotations

import pytest

from cupola.lab.workloads.lookups import ARMS, HOTTEST, OF_HITS, RUNS, hot_words, main, run, run_timed, system
from cupola.lab.workloads.lookups import LOOKUPS as LOOKUPS_OF_A_RUN
from cupola.languages.forth.physics.system import EXPERIMENT

LOOKUPS = RUNS * LOOKUPS_OF_A_RUN  # in an iteration


def test_the_words_are_those_of_the_original() -> None:
    text = "IF THEN ELSE DO LOOP +LOOP DUP DROP SWAP OVER ROT + - * / MOD @ ! C@ C! EMIT KEY ."
    assert [each.upper() for each in EXPERIMENT] == text.split()
    assert set(HOTTEST) <= set(EXPERIMENT)
    assert hot_words(8) == list(HOTTEST)
    assert sorted(hot_words(23)) == sorted(EXPERIMENT)
    with pytest.raises(ValueError, match="expected 0 to 23"):
        hot_words(24)


@pytest.mark.parametrize("name", ARMS)
def test_every_way_finds_all_words_and_the_cache_answers_for_the_hot_ones(name: str) -> None:
    vm = system(ARMS[name], hot_words(8))
    assert vm.physics is not None
    tokens = [vm.find(each) for each in EXPERIMENT]
    run(vm.physics)
    cache = vm.physics.cache
    hits, others = cache.hits, cache.bucket_hits
    assert run(vm.physics) > 0
    assert cache.misses == 0
    assert cache.hits + cache.bucket_hits - hits - others == LOOKUPS
    if ARMS[name].cache:
        assert (cache.hits - hits) / LOOKUPS == pytest.approx(8 / 23, abs=1e-4)
        assert sorted(vm.physics.cached()) == sorted(tokens[EXPERIMENT.index(each)] for each in hot_words(8))
    else:
        assert cache.hits == 0
    vm.close()


def test_only_the_order_by_heat_puts_hot_words_first() -> None:
    """The place of `drop` in its list: behind every newer word with a d, or first."""
    places = {}
    for name in ("no-cache", "heat-ordered"):
        vm = system(ARMS[name], ["drop"])
        assert vm.physics is not None
        state = vm.physics.fields
        start = vm.engine.structs["Physics"]["order_starts"][0]
        starts = memoryview(vm.physics.memory.read(start, 4 * 257)).cast("i")
        first, last = starts[ord("d")], starts[ord("d") + 1]
        order = memoryview(vm.physics.memory.read(state.order - vm.physics.memory.address, 4 * last)).cast(
            "i"
        )
        places[name] = list(order[first:last]).index(vm.find("drop"))
        vm.close()
    assert places["heat-ordered"] == 0
    assert places["no-cache"] > 10


def test_the_originals_statistic_is_of_one_kind_of_lookups() -> None:
    vm = system(ARMS["original-policy"], hot_words(8))
    assert vm.physics is not None
    run(vm.physics)
    for kind, share in ((OF_HITS["found-in-cache"], 8), (OF_HITS["found-by-search"], 15)):
        mean = run_timed(vm.physics, kind)
        times = vm.physics.times(kind)
        assert times.count == pytest.approx(LOOKUPS * share / 23, abs=50)
        assert mean == pytest.approx(times.total / times.count / 1e9)
    vm.close()


@pytest.mark.parametrize("arguments", [[], ["no-cache"], ["fastest", "8"], ["no-cache", "-1"]])
def test_wrong_arguments_are_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "expected an arm" in capsys.readouterr().err
