"""What `cupola bench options` computes; the measuring itself is that of every benchmark."""

from __future__ import annotations

import pytest

from cupola.lab.measure import Run, Sample
from cupola.lab.option_run import MOST_SHOWN, shown
from cupola.lab.options import STATES, Effect, arms, beyond, effect, measured, own_programs, table
from cupola.policy.options import NAMES


def test_every_program_is_that_of_an_option() -> None:
    own = {each.name: each for each in own_programs()}
    assert set(own) <= set(NAMES)
    assert len(own) >= 6
    assert measured(own) == [*(name for name in NAMES if name in own), "profile"]


@pytest.mark.parametrize(("count", "outside"), [(1, 0), (2, 0), (5, 0), (8, 1), (12, 2), (20, 5)])
def test_the_interval_holds_the_median(count: int, outside: int) -> None:
    assert beyond(count) == outside


def test_an_effect_is_the_median_of_pairs() -> None:
    seconds = {"on": [1.0, 2.0, 4.0], "off": [2.0, 2.0, 2.0]}
    taken = [
        Sample(block, "p", state, Run(value, value, 0))
        for state in STATES
        for block, value in enumerate(seconds[state], 1)
    ]
    assert effect("p", taken) == Effect(1.0, 0.5, 2.0)


def test_tables_have_the_options_own_program_first() -> None:
    effects = {
        "fib": Effect(2.0, 1.0, 3.0),
        "colon-inlining": Effect(4.0, 4.0, 4.0),
        "sieve": Effect(0.5, 0.5, 0.5),
    }
    made = table("colon-inlining", "auto", effects, "colon-inlining")
    assert made.rows[0] == ["colon-inlining (its own)", "4.000 (4.000 to 4.000)"]
    assert made.rows[-1] == ["geometric mean without its own", "1.000"]
    assert "predicted 1.3-2.0" in made.title


def test_only_one_side_of_a_comparison_of_profiles_has_one() -> None:
    on, off = arms("profile", "auto", "a.profile")
    assert ("a.profile" in on.command, "a.profile" in off.command) == (True, False)
    both = arms("branch-layout", "auto", "a.profile")
    assert all("a.profile" in each.command for each in both)


def test_long_outputs_are_digested() -> None:
    assert shown("short") == "short"
    assert shown("x" * (MOST_SHOWN + 1)).startswith(f"{MOST_SHOWN + 1} characters, ")
