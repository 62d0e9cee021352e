"""The posterior in floats against draws and integrals, and the integer engine beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtr, stdtrit

from cupola.lab.statistics.comparison import Comparison, compare, welch
from cupola.lab.statistics.posterior import (
    ENGINE_ERROR,
    engine_is_off_by,
    probability,
    probability_q48,
    welch_is_off_by,
)


def comparison(middle: float, errors: tuple[float, float], counts: tuple[int, int]) -> Comparison:
    return Comparison(
        np.asarray(middle),
        tuple(np.asarray(each) for each in errors),
        tuple(np.asarray(each - 1.0) for each in counts),
    )


@pytest.mark.parametrize("counts", [(2, 2), (3, 8), (20, 5), (30, 30)])
@pytest.mark.parametrize("errors", [(1.0, 1.0), (0.1, 2.0), (3.0, 0.001)])
def test_the_probability_is_that_of_draws(counts: tuple[int, int], errors: tuple[float, float]) -> None:
    source = np.random.default_rng(3)
    draws = 400_000
    middle = 1.3 * math.hypot(*errors)
    first = errors[0] * source.standard_t(counts[0] - 1, draws)
    second = errors[1] * source.standard_t(counts[1] - 1, draws)
    found = float(probability(comparison(middle, errors, counts), 0.0))
    assert found == pytest.approx(
        float((middle + first - second > 0).mean()), abs=0.004
    )  # 4 errors of the draws


@pytest.mark.parametrize("counts", [(2, 30), (5, 5), (10, 40)])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 1.0, 7.0])
def test_the_quadrature_is_exact_enough(counts: tuple[int, int], ratio: float) -> None:
    places = (np.arange(100_000) + 0.5) / 100_000  # the same integral by 100,000 rectangles
    (wide, wide_count), (narrow, narrow_count) = sorted(
        zip((1.0, ratio), counts, strict=True), key=lambda each: -each[0]
    )
    for middle in (-2.0, 0.0, 0.7, 4.0):
        inside = (middle + narrow * stdtrit(narrow_count - 1, places)) / wide
        found = float(probability(comparison(middle, (1.0, ratio), counts), 0.0))
        assert found == pytest.approx(float(stdtr(wide_count - 1, inside).mean()), abs=3e-5)


def test_without_variation_it_is_certain() -> None:
    same, less = np.full(12, 0.3), np.full(12, 0.1)
    for test in ("welch", "paired"):
        found = [float(probability(compare(test, same, less), limit)) for limit in (0.1, 0.3)]
        assert found == [1.0, 0.0]
        assert [probability_q48(same, less, test, limit) for limit in (0.1, 0.3)] == [1.0, 0.0]
        assert float(probability(compare(test, same, same), 0.0)) == 0.5
        assert probability_q48(same, same, test, 0.0) == 0.5


def test_it_is_more_careful_than_welch_and_near_it() -> None:
    source = np.random.default_rng(4)
    for count in (10, 20, 50):
        reference = source.normal(0.0, 1.0, (400, count)) * source.uniform(0.1, 3.0, (400, 1))
        found = welch(reference + source.normal(0.0, 1.0, (400, 1)), source.normal(0.0, 1.0, (400, count)))
        exact, by_t = probability(found, 0.0), 1 - found.p_above(0.0)
        assert np.abs(exact - by_t).max() <= welch_is_off_by(count)
        assert (np.abs(exact - 0.5) <= np.abs(by_t - 0.5) + 1e-4).all()


@pytest.mark.parametrize("test", ["welch", "paired"])
def test_the_integer_engine_agrees(test: str) -> None:
    """Over twelve orders of magnitude of the values, and four of their deviation."""
    source = np.random.default_rng(5)
    for case in range(120):
        first = int(source.integers(10, 40))
        second = first if test == "paired" else int(source.integers(10, 40))
        level = math.log(10.0) * source.uniform(-6, 6)
        spread = 10 ** source.uniform(-5, -1)
        reference = level + source.normal(0.0, spread, first)
        arm = level + source.normal(spread * source.normal(), spread * source.uniform(0.1, 2), second)
        limit = source.choice([0.0, spread, -spread])
        by_integers = probability_q48(reference, arm, test, limit)
        assert by_integers is not None
        found = compare(test, reference, arm)
        assert engine_is_off_by(found, limit, by_integers) <= ENGINE_ERROR, case
        model = 0.0 if test == "paired" else welch_is_off_by(min(first, second))
        assert abs(float(probability(found, limit)) - by_integers) <= model + ENGINE_ERROR, case


def test_the_check_sees_a_wrong_engine() -> None:
    source = np.random.default_rng(6)
    found = welch(source.normal(0.01, 0.02, 20), source.normal(0.0, 0.02, 20))
    right = 1 - float(found.p_above(0.0))
    assert engine_is_off_by(found, 0.0, right + 0.003) > ENGINE_ERROR


def test_the_engine_says_nothing_of_few_processes() -> None:
    assert probability_q48(np.zeros(9), np.ones(20), "welch", 0.0) is None
    assert probability_q48(np.zeros(20), np.ones(9), "welch", 0.0) is None
