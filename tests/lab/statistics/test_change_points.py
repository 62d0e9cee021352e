"""Change points against ruptures, against the plain dynamic program, and on series whose changes are known."""

from __future__ import annotations

import numpy as np
import pytest
import ruptures
from numpy.typing import NDArray

from cupola.lab.statistics.change_points import PENALTY, change_points, window_outliers

Floats = NDArray[np.float64]


def steps(source: np.random.Generator, count: int, changes: int, deviation: float = 0.01) -> Floats:
    """A series around 1 that changes its mean, or its deviation, at random places."""
    level, spread = np.ones(count), np.full(count, deviation)
    for place in source.integers(0, count, changes):
        level[place:] += source.normal(0.0, 4 * deviation)
        spread[place:] *= source.choice([0.4, 1.0, 2.5])
    return level + spread * source.standard_normal(count)


def by_definition(values: Floats, penalty: float) -> tuple[int, ...]:
    """The optimal partition without blocks and pruning: every segment, its variance by numpy."""
    count = len(values)
    total = [-penalty] + [np.inf] * count
    previous = [0] * (count + 1)
    step = np.diff(np.sort(values))
    least = max(1e-8, step[step > 1e-9].min() ** 2 / 12)
    for end in range(2, count + 1):
        for begin in range(end - 1):
            cost = total[begin] + (end - begin) * np.log(values[begin:end].var() + least) + penalty
            if cost < total[end]:
                total[end], previous[end] = cost, begin
    found, place = [], previous[count]
    while place > 0:
        found.append(place)
        place = previous[place]
    return tuple(reversed(found))


@pytest.mark.parametrize("seed", range(6))
def test_the_partition_is_optimal(seed: int) -> None:
    source = np.random.default_rng(seed)
    values = steps(source, int(source.integers(4, 150)), seed)
    values /= np.median(values)
    for penalty in (4.0, PENALTY * np.log(len(values))):
        assert change_points(values, penalty) == by_definition(values, penalty)


@pytest.mark.filterwarnings("ignore:New behaviour in v1.1.5")  # of the 1e-6, each time
@pytest.mark.parametrize("seed", range(4))
def test_ruptures_finds_the_same(seed: int) -> None:
    source = np.random.default_rng(100 + seed)
    values = 1e3 * steps(
        source, 120, 3
    )  # so large that the 1e-6 which ruptures adds to a variance is nothing
    penalty = PENALTY * np.log(len(values))
    oracle = ruptures.Pelt(model="normal", min_size=2, jump=1).fit(values).predict(penalty)
    assert change_points(values, least_deviation=0.0) == tuple(oracle[:-1])


def test_known_changes_of_mean_and_of_variance() -> None:
    source = np.random.default_rng(5)
    values = source.normal(1.0, 0.01, 2000)
    values[:300] *= 3
    values[1200:] = 1 + 8 * (values[1200:] - 1)
    found = change_points(values)
    assert len(found) == 2
    assert found[0] == 300
    assert abs(found[1] - 1200) <= 5


def test_noise_alone_has_no_change() -> None:
    source = np.random.default_rng(6)
    assert [change_points(source.normal(1.0, 0.02, 200)) for _ in range(60)] == [()] * 60


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9, 63, 64, 65, 66, 130])
def test_equal_values_have_no_change(count: int) -> None:
    assert change_points(np.full(count, 0.25)) == ()
    assert change_points(np.zeros(count)) == ()


def test_a_coarse_clock_shows_no_change_but_a_step() -> None:
    source = np.random.default_rng(7)
    values = np.round(source.normal(100.0, 0.3, 400))  # 99, 100 and 101 ticks
    assert change_points(values) == ()
    values[200:] += 5
    assert change_points(values) == (200,)


def test_a_first_iteration_of_enormous_length_hides_nothing() -> None:
    source = np.random.default_rng(8)
    values = 1e-5 * source.normal(1.0, 0.01, 500)
    values[:2] = 3.0  # 300,000 times as long
    values[250:] *= 1.1
    assert change_points(values) == (2, 250)


def test_outliers_of_a_window() -> None:
    source = np.random.default_rng(9)
    values = source.normal(1.0, 0.01, 1000)
    spikes = [150, 500, 501, 998]
    values[spikes] *= 1.5
    values[3] *= 5  # in the first half window: a slow start is no outlier
    assert np.flatnonzero(window_outliers(values)).tolist() == spikes
    assert not window_outliers(values[:20]).any()
    assert np.flatnonzero(window_outliers(values[486:501])).tolist() == [14]
    assert not window_outliers(values[495:504]).any()  # too few
    assert not window_outliers(np.full(300, 2.0)).any()


def test_the_band_of_a_window_is_that_of_numpy() -> None:
    source = np.random.default_rng(10)
    values = source.standard_t(2, 260)  # heavy tails: many outliers
    half = 15  # of the least window, 30
    wanted = []
    for place in range(half, len(values)):
        low, middle, high = np.percentile(values[place - half : place + half], [10, 50, 90])
        if abs(values[place] - middle) > 3 * (high - low):
            wanted.append(place)
    assert wanted
    assert np.flatnonzero(window_outliers(values)).tolist() == wanted
