"""Warm-up classes of series whose class is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cupola.lab.running.records import Event
from cupola.lab.statistics.warm_up import (
    FLAT,
    INCONSISTENT,
    SLOWDOWN,
    UNSTEADY,
    WARM_UP,
    class_of_arm,
    classify,
    time_to_steady,
    too_few_steady,
)


def series(*parts: tuple[int, float], noise: float = 0.005, seed: int = 1) -> NDArray[np.float64]:
    """Iterations of 10 ms times a level, so many at each."""
    levels = np.concatenate([np.full(count, level) for count, level in parts])
    return 0.01 * levels * np.random.default_rng(seed).normal(1.0, noise, len(levels))


@pytest.mark.parametrize(
    ("parts", "kind", "steady"),
    [
        ([(300, 1.0)], FLAT, 0),
        ([(40, 3.0), (260, 1.0)], WARM_UP, 40),
        ([(20, 5.0), (60, 2.0), (220, 1.0)], WARM_UP, 80),
        ([(100, 1.0), (200, 1.2)], SLOWDOWN, 100),
        ([(30, 3.0), (70, 1.0), (200, 1.3)], SLOWDOWN, 100),
        ([(250, 1.0), (50, 1.4)], UNSTEADY, None),  # a change in the last quarter
        ([(250, 1.4), (50, 1.0)], UNSTEADY, None),
        ([(100, 1.0), (200, 1.005)], FLAT, 0),  # half a per cent is no difference
        ([(60, 2.0), (90, 1.0), (150, 1.005)], WARM_UP, 60),
    ],
)
def test_classes(parts: list[tuple[int, float]], kind: str, steady: int | None) -> None:
    times = series(*parts, noise=0.001)
    found = classify(times.tolist())
    assert (found.kind, found.steady_from) == (kind, steady)
    assert found.mean == (None if steady is None else pytest.approx(times[steady:].mean()))


@pytest.mark.parametrize("count", [12, 30, 300])
def test_one_slow_first_iteration_is_a_warm_up(count: int) -> None:
    times = series((1, 3.0), (count - 1, 1.0))
    found = classify(times.tolist())
    assert (found.kind, found.steady_from) == (WARM_UP, 2)  # a segment has two values


@pytest.mark.parametrize("place", [12, 13, 14])
def test_one_pause_at_the_end_of_a_short_run_is_no_change(place: int) -> None:
    times = series((15, 1.0))
    times[place] *= 1.6
    assert classify(times.tolist()).kind == FLAT


def test_cyclic_iterations_are_not_steady() -> None:
    times = series(*[(25, 1.0 + 0.3 * (place % 2)) for place in range(12)])
    assert classify(times.tolist()).kind == UNSTEADY


def test_a_wider_tolerance_calls_more_segments_equal() -> None:
    times = series((100, 1.0), (200, 1.03), noise=0.001).tolist()
    assert classify(times).kind == SLOWDOWN
    assert classify(times, tolerance=0.05).kind == FLAT


def test_rare_pauses_change_no_class_and_stay_in_the_mean() -> None:
    times = series((300, 1.0))
    times[50::40] *= 3
    found = classify(times.tolist())
    assert (found.kind, found.changes) == (FLAT, ())
    assert found.mean == pytest.approx(times.mean())


def test_changes_are_counted_with_the_outliers_that_were_left_out() -> None:
    times = series((150, 2.0), (250, 1.0), noise=0.002)
    times[[60, 90, 120, 300]] *= 4
    found = classify(times.tolist())
    assert (found.kind, found.changes, found.steady_from) == (WARM_UP, (150,), 150)


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_a_handful_of_iterations_shows_no_steady_state(count: int) -> None:
    found = classify([0.01] * count)
    assert (found.kind, found.steady_from, found.mean) == (UNSTEADY, None, None)


def test_ten_equal_iterations_are_flat() -> None:
    assert classify([0.01] * 10).kind == FLAT
    assert classify([0.0] * 10).kind == FLAT


def test_the_steady_state_begins_after_the_last_compilation() -> None:
    times = [0.01] * 100
    events = [Event(-0.1, "load"), Event(0.005, "compile"), Event(0.3005, "compile"), Event(0.9, "collect")]
    found = classify(times, events)
    assert (found.kind, found.steady_from) == (FLAT, 31)
    assert classify(times, [*events, Event(2.0, "compile")]).steady_from == 31  # after the last iteration


@pytest.mark.parametrize("kind", ["load", "compile", "deoptimize"])
def test_a_machine_that_still_changes_at_the_end_is_not_steady(kind: str) -> None:
    assert classify([0.01] * 100, [Event(0.8, kind)]).kind == UNSTEADY
    assert classify([0.01] * 100, [Event(0.8, "tick")]).kind == FLAT


def test_the_time_to_the_steady_state() -> None:
    times = series((40, 3.0), (260, 1.0)).tolist()
    assert time_to_steady(times, classify(times)) == pytest.approx(sum(times[:40]))
    flat = series((300, 1.0)).tolist()
    assert time_to_steady(flat, classify(flat)) == flat[0]
    assert time_to_steady([0.01], classify([0.01])) is None


def test_the_class_of_an_arm() -> None:
    assert class_of_arm([FLAT, FLAT]) == FLAT
    assert class_of_arm([FLAT, WARM_UP]) == WARM_UP
    assert class_of_arm([FLAT, SLOWDOWN]) == INCONSISTENT
    assert class_of_arm([UNSTEADY] * 3) == UNSTEADY


def test_one_bad_process_in_ten_is_let_pass() -> None:
    assert too_few_steady([]) is None
    assert too_few_steady([WARM_UP] * 18 + [SLOWDOWN, UNSTEADY]) is None
    assert too_few_steady([FLAT] * 8 + [SLOWDOWN, UNSTEADY]) == (
        "1 of 10 processes: no steady state, 1 of 10 processes: slowdown"
    )
