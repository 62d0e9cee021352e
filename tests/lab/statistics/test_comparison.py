"""Comparisons, intervals, corrections, resampling and outliers against scipy, statsmodels and numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from cupola.lab.statistics.comparison import cohens_d, compare, paired, welch
from cupola.lab.statistics.family import adjusted
from cupola.lab.statistics.outliers import groups, outliers
from cupola.lab.statistics.resampling import bootstrap

SOURCE = np.random.default_rng(11)
PAIRS = [
    (SOURCE.normal(0.02, spread, first), SOURCE.normal(0.0, 0.01, second))
    for spread in (0.003, 0.01, 0.05)
    for first, second in ((2, 2), (5, 12), (20, 20))
]


@pytest.mark.parametrize(("reference", "arm"), PAIRS)
def test_welch_is_that_of_scipy_and_statsmodels(reference: np.ndarray, arm: np.ndarray) -> None:
    found = welch(reference, arm)
    oracle = stats.ttest_ind(reference, arm, equal_var=False)
    assert found.p_different() == pytest.approx(oracle.pvalue)
    assert found.freedom == pytest.approx(oracle.df)
    limit = 0.01
    one_sided = stats.ttest_ind(reference - limit, arm, equal_var=False, alternative="greater")
    assert found.p_above(limit) == pytest.approx(one_sided.pvalue)
    means = CompareMeans(DescrStatsW(reference), DescrStatsW(arm))
    assert found.interval() == pytest.approx(means.tconfint_diff(usevar="unequal"))


def test_pairs_are_those_of_scipy() -> None:
    reference, arm = PAIRS[-1]
    found = paired(reference, arm)
    oracle = stats.ttest_rel(reference, arm)
    assert found.p_different() == pytest.approx(oracle.pvalue)
    assert found.interval() == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    shifted = stats.ttest_rel(reference - 0.01, arm, alternative="greater")
    assert found.p_above(0.01) == pytest.approx(shifted.pvalue)


def test_many_experiments_at_once_are_those_experiments() -> None:
    reference, arm = SOURCE.normal(0.01, 0.02, (50, 7)), SOURCE.normal(0.0, 0.01, (50, 9))
    together = welch(reference, arm).p_above(0.005)
    apart = [float(welch(one, other).p_above(0.005)) for one, other in zip(reference, arm, strict=True)]
    assert together == pytest.approx(apart)


def test_values_that_do_not_vary_are_certain() -> None:
    same, less = np.full(5, 0.3), np.full(4, 0.1)
    found = welch(same, less)
    assert (float(found.p_above(0.1)), float(found.p_above(0.3)), float(found.error)) == (0.0, 1.0, 0.0)
    assert [float(each) for each in found.interval()] == pytest.approx([0.2, 0.2])
    assert float(cohens_d(same, less)) == math.inf
    assert float(cohens_d(same, same)) == 0.0
    assert float(welch(same, same).p_different()) == 1.0


def test_one_value_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match=r"two values of each arm.*1 and 5"):
        welch(np.zeros(1), np.zeros(5))
    with pytest.raises(ValueError, match="two pairs or more, found 1"):
        compare("paired", np.zeros(1), np.zeros(1))


def test_cohens_d_is_pooled() -> None:
    reference, arm = PAIRS[4]
    first, second = len(reference) - 1, len(arm) - 1
    pooled = math.sqrt((first * reference.var(ddof=1) + second * arm.var(ddof=1)) / (first + second))
    assert float(cohens_d(reference, arm)) == pytest.approx((reference.mean() - arm.mean()) / pooled)


@pytest.mark.parametrize("correction", ["holm", "bonferroni"])
@pytest.mark.parametrize("count", [1, 2, 9, 40])
def test_corrections_are_those_of_statsmodels(correction: str, count: int) -> None:
    p = (SOURCE.random(count) ** 4).tolist()
    assert adjusted(p, correction) == pytest.approx(multipletests(p, method=correction)[1])
    assert adjusted(p, "none") == pytest.approx(p)


def test_corrections_of_ties_and_of_nothing() -> None:
    assert adjusted([0.02, 0.02, 1.0], "holm") == pytest.approx((0.06, 0.06, 1.0))
    assert adjusted([], "holm") == ()


def test_the_bootstrap_is_that_of_scipy() -> None:
    reference, arm = PAIRS[-1]
    found = bootstrap(reference, arm, "welch", seed=1)

    def ratio(one: np.ndarray, other: np.ndarray, axis: int) -> np.ndarray:
        return np.asarray(np.exp(one.mean(axis=axis) - other.mean(axis=axis)))

    oracle = stats.bootstrap(
        (reference, arm), ratio, n_resamples=10_000, method="percentile", vectorized=True,
        rng=np.random.default_rng(2),
    ).confidence_interval  # fmt: skip
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.002)
    assert found == bootstrap(reference, arm, "welch", seed=1)
    assert found != bootstrap(reference, arm, "welch", seed=2)


def test_the_bootstrap_of_pairs_knows_of_the_pairs() -> None:
    common = SOURCE.normal(0.0, 0.5, 20)
    reference, arm = common + SOURCE.normal(0.02, 0.005, 20), common + SOURCE.normal(0.0, 0.005, 20)
    together, apart = (bootstrap(reference, arm, test, seed=1) for test in ("paired", "welch"))
    assert together.high - together.low < 0.02 < 0.3 < apart.high - apart.low


def test_outliers_by_the_median() -> None:
    values = np.array([1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 9.0, -8.0])
    oracle = np.abs(values - np.median(values)) / stats.median_abs_deviation(values, scale="normal") > 3.5
    assert outliers(values, 3.5).tolist() == oracle.tolist() == [False] * 6 + [True] * 2
    assert not outliers(np.full(6, 2.0), 3.5).any()
    assert outliers(np.array([2.0] * 19 + [3.0]), 3.5).tolist() == [False] * 19 + [True]  # MAD 0


def test_two_groups_are_seen_and_one_is_not() -> None:
    two = np.concatenate((SOURCE.normal(0.0, 0.004, 14), SOURCE.normal(0.08, 0.004, 6)))
    found = groups(two)
    assert found is not None
    assert (found.slower, found.count) == (6, 20)
    assert found.ratio == pytest.approx(math.exp(0.08), rel=0.01)
    hints = [groups(SOURCE.normal(0.0, 0.01, count)) for count in (10, 20, 40) for _ in range(100)]
    assert sum(each is not None for each in hints) <= 9  # 3 expected of 300; more than 9 in one case of 900
    assert groups(two[:9]) is None
    assert groups(np.zeros(20)) is None
