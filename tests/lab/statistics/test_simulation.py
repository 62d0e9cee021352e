"""Error rates in simulated experiments with known truth: the rates that the lab promises.

Each bound is far from what is expected, in errors of the simulation, so that another seed passes too.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind_from_stats
from statsmodels.stats.power import TTestIndPower

from cupola.lab.statistics.comparison import welch
from cupola.lab.statistics.power import POWER, power, processes_needed
from cupola.lab.statistics.resampling import bootstrap
from cupola.lab.statistics.simulation import Plan, process_logs, rates

MANY = 6_000


@pytest.mark.parametrize("processes", [5, 10, 20, 40])
@pytest.mark.parametrize(("within", "drift"), [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01)])
def test_false_positives_and_coverage(processes: int, within: float, drift: float) -> None:
    """A/A: 3 to 7 % at alpha 0.05; the 95 % interval covers in 93 to 97 %."""
    found = rates(Plan(processes=processes, within=within, iterations=30, drift=drift), 1.0, MANY)
    assert 0.03 <= found.different <= 0.07
    assert 0.93 <= found.covered <= 0.97


def test_with_three_processes_welch_is_careful() -> None:
    found = rates(Plan(processes=3), 1.0, MANY)
    assert 0.02 <= found.different <= 0.06  # 3.5 % in 100,000
    assert 0.94 <= found.covered <= 0.98


def test_coverage_does_not_depend_on_the_truth() -> None:
    found = rates(Plan(processes=10), 1.37, MANY)
    assert 0.93 <= found.covered <= 0.97


def test_pairs_keep_their_rates_under_any_drift() -> None:
    found = rates(Plan(processes=10, noise=0.01, drift=0.5, test="paired"), 1.0, MANY)
    assert 0.03 <= found.different <= 0.07
    assert 0.93 <= found.covered <= 0.97


def test_drift_makes_welch_careful_rather_than_wrong() -> None:
    found = rates(Plan(processes=20, noise=0.01, drift=0.1), 1.0, MANY)
    assert found.different < 0.01  # both arms drift alike in interleaved blocks
    assert rates(Plan(processes=20, noise=0.01, drift=0.1, test="paired"), 1.05, MANY).accepted > 0.99


def test_unequal_arms_keep_their_rates() -> None:
    source = np.random.default_rng(1)
    reference, arm = source.normal(0.0, 0.05, (MANY, 8)), source.normal(0.0, 0.01, (MANY, 30))
    different = float((welch(reference, arm).p_different() < 0.05).mean())
    assert 0.03 <= different <= 0.07


def test_iterations_are_no_processes() -> None:
    """What the lab is built to avoid: a t test of all iterations sees differences where there are none."""
    source = np.random.default_rng(2)
    levels = source.normal(0.0, 0.01, (2, 2000, 10, 1))
    first, second = (levels + source.normal(0.0, 0.005, (2, 2000, 10, 30))).reshape(2, 2000, 300)
    assert float((welch(first, second).p_different() < 0.05).mean()) > 0.5


def test_a_slowdown_of_five_per_cent_is_found() -> None:
    """At 2 % noise with 20 processes, in at least 9 of 10 repetitions: here in nearly all, whatever the claim."""
    for claim in ("faster", "not-slower"):
        assert rates(Plan(claim=claim), 1 / 1.05, MANY).rejected >= 0.99


def test_no_difference_is_never_accepted() -> None:
    """The stated rate is alpha; the region of equivalence makes it far less."""
    found = rates(Plan(), 1.0, MANY)
    assert found.accepted <= 0.002
    assert rates(Plan(rope=0.0), 1.0, MANY).accepted <= 0.06
    at_the_edge = rates(Plan(), 1.01, MANY)
    assert at_the_edge.accepted <= 0.06  # alpha, and the error of the simulation


def test_the_rate_at_the_edge_is_alpha_for_every_claim() -> None:
    assert 0.03 <= rates(Plan(claim="1.5x"), 1.5, MANY).accepted <= 0.06
    assert 0.03 <= rates(Plan(claim="not-slower"), 1 / 1.01, MANY).accepted <= 0.06


def test_several_tests_share_alpha() -> None:
    assert rates(Plan(rope=0.0, tests=5), 1.0, MANY).accepted <= 0.016


def test_what_was_measured_in_the_survey_holds() -> None:
    """Accept at a true 5 % gain, deviation 2 %, region 3 %: 0.28, 0.63, 0.90 with 5, 10, 20 processes."""
    found = [rates(Plan(processes=count, rope=0.03), 1.05, MANY).accepted for count in (5, 10, 20)]
    assert found == pytest.approx([0.28, 0.63, 0.90], abs=0.05)


def test_the_percentile_bootstrap_is_too_narrow_for_few_processes() -> None:
    reference, arm = process_logs(Plan(processes=20), 1.0, 300, np.random.default_rng(3))
    intervals = [bootstrap(one, other, "welch", 1, 1000) for one, other in zip(reference, arm, strict=True)]
    covered = sum(each.low <= 1.0 <= each.high for each in intervals) / len(intervals)
    assert 0.89 <= covered <= 0.97


def test_the_power_is_that_of_statsmodels() -> None:
    for effect, count in ((0.5, 20), (0.8, 64), (1.2, 9)):
        oracle = TTestIndPower().power(effect, count, 0.05, alternative="larger")
        assert power(effect, (1.0, 1.0), count, 0.05) == pytest.approx(oracle, abs=1e-6)
    wanted = TTestIndPower().solve_power(0.8, None, 0.05 / 30, POWER, alternative="larger")
    assert processes_needed(0.8, (1.0, 1.0), 0.05 / 30) == math.ceil(wanted)


def test_so_many_processes_settle_it() -> None:
    effect, noise = 0.01, 0.02
    count = processes_needed(effect, (noise, noise), 0.05)
    assert count is not None
    plan = Plan(processes=count, noise=noise, rope=0.0)
    found = rates(plan, math.exp(effect), MANY)
    assert found.accepted == pytest.approx(POWER, abs=0.02)
    fewer = rates(replace(plan, processes=count // 2), math.exp(effect), MANY)
    assert fewer.accepted < found.accepted - 0.1


def test_processes_needed_at_the_ends() -> None:
    assert processes_needed(0.0, (0.02, 0.02), 0.05) is None
    assert processes_needed(-0.1, (0.02, 0.02), 0.05) is None
    assert processes_needed(1e-5, (0.02, 0.02), 0.05) is None
    assert processes_needed(0.1, (0.0, 0.0), 0.05) == 2
    assert processes_needed(5.0, (0.001,), 0.05) == 2


def test_welch_from_sums_is_the_same() -> None:
    """A second way to the p value of a plan: from means and deviations."""
    reference, arm = process_logs(Plan(processes=7), 1.02, 5, np.random.default_rng(4))
    for one, other in zip(reference, arm, strict=True):
        oracle = ttest_ind_from_stats(
            one.mean(), one.std(ddof=1), 7, other.mean(), other.std(ddof=1), 7, equal_var=False
        )
        assert float(welch(one, other).p_different()) == pytest.approx(oracle.pvalue)
