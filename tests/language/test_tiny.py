"""A language that is not Forth, on every tier: random programs against plain Python, slow paths, upcalls."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cupola.language import GuestError, Language, LimitReached, Limits, Thresholds
from cupola.language.limits import TIERS
from tests.language.tiny import ASKED, ZERO, Machine, TinyVM, model, random_program
from tests.tiers.guest_code import check, decode

LIMITS = Limits(steps=20_000)
ENGINES: list[tuple[str, Thresholds | None]] = [
    *((tier, None) for tier in TIERS), ("auto", Thresholds(1, 1)), ("auto", Thresholds(2, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("tier", "thresholds"), ENGINES)
def test_random_programs_do_what_python_does(
    tiny_engine: Any, tier: str, thresholds: Thresholds | None
) -> None:
    vm = TinyVM(tiny_engine, tier=tier, thresholds=thresholds, limits=LIMITS)
    for seed in range(80):
        choice = random.Random(seed)
        cells = [choice.randrange(-100, 100) for _ in range(choice.randrange(4))]
        program = random_program(choice, len(cells))
        try:
            expected = model(program, *cells)
        except ZeroDivisionError:
            with pytest.raises(GuestError) as caught:
                vm.run(program, *cells)
            assert caught.value.code == ZERO
            continue
        except TimeoutError:
            with pytest.raises(LimitReached):
                vm.run(program, *cells)
            continue
        assert vm.run(program, *cells) == expected, f"seed {seed}: {program}"
    vm.close()


def test_guest_code_fits_together(tiny_engine: Any) -> None:
    vm = TinyVM(tiny_engine, tier="threaded")
    for seed in range(80):
        start = vm.prepare(random_program(random.Random(seed), 2))
        assert vm.code is not None
        data = vm.memory.read(vm.code.start - vm.address, vm.code.end - vm.code.start)
        check(tiny_engine, decode(tiny_engine, data, vm.code.start), {start})


@pytest.mark.parametrize("tier", TIERS)
def test_a_slow_path_that_returns(tiny_engine: Any, tier: str) -> None:
    vm = TinyVM(tiny_engine, tier=tier, limits=LIMITS)
    steps = [("top:",), ("collatz",), ("dup",), ("push", -1), ("add",), ("again", "top")]
    assert vm.run(steps, 27) == (1,)


@pytest.mark.parametrize("tier", TIERS)
def test_the_driver_answers_in_the_middle_of_a_loop(tiny_engine: Any, tier: str) -> None:
    vm = TinyVM(tiny_engine, tier=tier, limits=LIMITS)
    program = [("push", 0), ("push", 1000), ("top:",), ("swap",), ("ask",), ("add",), ("swap",)]
    program += [("push", -1), ("add",), ("dup",), ("again", "top"), ("drop",)]
    assert vm.run(program) == (1000 * ASKED,)


def test_steps_are_the_same_on_every_tier(tiny_engine: Any) -> None:
    for seed in range(40):
        counts = set()
        for tier, thresholds in ENGINES:
            vm = TinyVM(tiny_engine, tier=tier, thresholds=thresholds, limits=Limits(steps=10_000))
            program = random_program(random.Random(seed), 1)
            try:
                vm.run(program, 5)
            except GuestError as error:
                assert error.code == ZERO
            except LimitReached as error:
                assert error.limit == "steps"
            counts.add(vm.steps)
            vm.close()
        assert len(counts) == 1, f"seed {seed}"


@pytest.mark.parametrize("cache, canonical", [(1, 2), (8, 1), (-1, -1), (2, -1)])
def test_impossible_states_are_refused(cache: int, canonical: int) -> None:
    language = Language("bad", version="1", machine=Machine, cache=max(cache, 0), canonical=canonical)
    language.cache = cache
    with pytest.raises(TypeError, match="expected 0 <= canonical <= cache <= 7"):
        language.check()
