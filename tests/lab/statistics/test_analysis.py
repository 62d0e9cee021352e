"""Whole analyses of simulated records: figures, verdicts and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.running.records import DIFFERS, Event, ProcessRecord
from cupola.lab.statistics import analysis as analysis_module
from cupola.lab.statistics.analysis import analyse
from cupola.lab.statistics.results import Analysis, Estimate
from cupola.lab.statistics.simulation import records_of

PLAIN = Experiment(
    name="plain",
    question="is the arm faster?",
    h0="no difference",
    h1="it is faster",
    metric="total",
    reference="old",
    arms=(Arm("old"), Arm("new")),
    workloads=(Workload("fib"), Workload("sieve")),
    processes=20,
    seed=7,
)
STEADY = replace(PLAIN, metric="steady", iterations=120)


def estimate(analysis: Analysis, workload: str | None = None, arm: str = "new") -> Estimate:
    (found,) = [each for each in analysis.estimates if (each.workload, each.arm) == (workload, arm)]
    return found


def changed(
    records: list[ProcessRecord], which: Callable[[ProcessRecord], bool], **fields: Any
) -> list[ProcessRecord]:
    return [replace(each, **fields) if which(each) else each for each in records]


def of_new(record: ProcessRecord) -> bool:
    return record.arm == "new"


@pytest.mark.parametrize(
    ("claim", "ratio", "word", "status"),
    [
        ("faster", 1.05, "accepted", 0),
        ("faster", 1.012, "conditional", 10),
        ("faster", 1 / 1.05, "rejected", 11),
        ("not-slower", 1.0, "accepted", 0),
        ("not-slower", 1 / 1.05, "rejected", 11),
        ("1.5x", 1.6, "accepted", 0),
        ("1.5x", 1.3, "rejected", 11),
    ],
)
def test_verdicts_of_claims(claim: str, ratio: float, word: str, status: int) -> None:
    experiment = replace(PLAIN, claim=claim)
    found = analyse(experiment, records_of(experiment, {"new": ratio}))
    assert (found.verdict.word, found.verdict.status) == (word, status)
    assert found.experiment == "plain"
    low, high = estimate(found).interval.low, estimate(found).interval.high
    assert low < estimate(found).ratio < high
    assert f"95 % interval {low:.4g} to {high:.4g}" in found.verdict.rule
    assert (found.verdict.needed is not None) == (word == "conditional")


def test_the_figures_are_those_of_the_values() -> None:
    records = records_of(PLAIN, {"new": 1.05})
    found = analyse(PLAIN, records)
    logs = {
        (arm, workload): np.log(
            [each.wall for each in records if (each.arm, each.workload) == (arm, workload)]
        )
        for arm in ("old", "new")
        for workload in ("fib", "sieve")
    }
    for workload in ("fib", "sieve"):
        ratio = math.exp(logs["old", workload].mean() - logs["new", workload].mean())
        assert estimate(found, workload).ratio == pytest.approx(ratio)
        assert estimate(found, workload).processes == (20, 20)
    both = [(logs[arm, "fib"] + logs[arm, "sieve"]) / 2 for arm in ("old", "new")]
    whole = estimate(found)
    assert whole.ratio == pytest.approx(math.exp(both[0].mean() - both[1].mean()))
    assert whole.ratio == pytest.approx(
        math.sqrt(estimate(found, "fib").ratio * estimate(found, "sieve").ratio)
    )
    assert whole.d > 2
    assert whole.probability_q48 == pytest.approx(whole.probability, abs=0.008)
    assert whole.bootstrap.low == pytest.approx(whole.interval.low, abs=0.005)


def test_the_same_records_give_the_same_analysis_in_any_order() -> None:
    records = records_of(PLAIN, {"new": 1.05})
    assert analyse(PLAIN, records).estimates == analyse(PLAIN, records[::-1]).estimates


def test_tests_that_decide_share_alpha_and_others_are_corrected_for_all() -> None:
    three = replace(PLAIN, arms=(*PLAIN.arms, Arm("other")), correction="bonferroni")
    found = analyse(three, records_of(three, {"new": 1.02, "other": 1.018}))
    for each in found.estimates:
        tests = 2 if each.workload is None else 6
        assert each.adjusted == pytest.approx(min(1.0, each.p * tests))
    every = replace(three, scope="every", correction="none")
    assert all(each.adjusted == each.p for each in analyse(every, records_of(every, {})).estimates)


def test_of_every_workload_all_must_be_accepted() -> None:
    every = replace(PLAIN, scope="every")
    records = records_of(every, {"new": 1.3})
    assert analyse(every, records).verdict.word == "accepted"
    slow = [
        replace(each, wall=2 * each.wall) if of_new(each) and each.workload == "sieve" else each
        for each in records
    ]
    found = analyse(every, slow)
    assert found.verdict.word == "rejected"
    assert "on sieve: it is slower" in found.verdict.rule
    assert "1 of 2 workloads accepted" in found.verdict.rule


def test_the_worst_arm_is_the_verdict_of_the_experiment() -> None:
    three = replace(PLAIN, arms=(*PLAIN.arms, Arm("other")))
    found = analyse(three, records_of(three, {"new": 1.1, "other": 0.9}))
    assert [(each.arm, each.word) for each in found.verdicts] == [("new", "accepted"), ("other", "rejected")]
    assert found.verdict.word == "rejected"
    assert found.verdict.rule.startswith("1 of 2 arms rejected; other: ratio")


def test_an_arm_of_which_nothing_is_claimed_decides_nothing() -> None:
    arms = (*PLAIN.arms, Arm("other"))
    beside = replace(PLAIN, arms=arms, claimed=("new",), correction="bonferroni")
    records = records_of(beside, {"new": 1.1, "other": 0.9})
    found = analyse(beside, records)
    assert [(each.arm, each.word) for each in found.verdicts] == [("new", "accepted"), ("other", "no claim")]
    assert found.verdict.word == "accepted"
    assert found.verdict.rule == found.verdicts[0].rule
    other = estimate(found, arm="other")
    assert found.verdicts[1].rule == (
        f"the claim is not of it; ratio {other.ratio:.4g} (95 % interval {other.interval.low:.4g} to "
        f"{other.interval.high:.4g}) on the geometric mean of 2 workloads"
    )
    assert estimate(found).adjusted == estimate(found).p  # the only test that decides
    assert other.adjusted == pytest.approx(min(1.0, other.p * 6))
    differs = changed(records, lambda each: each.arm == "other", problem=f"{DIFFERS}: line 1 is '7'")
    assert analyse(beside, differs).verdict.word == "invalid"
    nothing = analyse(beside, changed(records, lambda each: each.arm == "other", problem="it crashed"))
    assert nothing.verdicts[1].rule == "the claim is not of it, and there is no ratio"


def test_an_unsteady_arm_of_which_nothing_is_claimed_says_so() -> None:
    beside = replace(STEADY, arms=(*PLAIN.arms, Arm("other")), claimed=("new",))
    records = changed(
        records_of(beside, {"new": 1.1}),
        lambda each: each.arm == "other",
        iterations=tuple(0.01 * (1 + place // 10) for place in range(120)),
    )
    found = analyse(beside, records)
    assert found.verdict.word == "accepted"
    assert "no steady state: other on fib" in found.verdicts[1].rule


def test_one_arm_suffices_where_the_claim_says_so() -> None:
    some = replace(PLAIN, arms=(*PLAIN.arms, Arm("other")), suffices="one")
    found = analyse(some, records_of(some, {"new": 1.1, "other": 0.9}))
    assert found.verdict.word == "accepted"
    assert found.verdict.rule.startswith("1 of 2 arms accepted, one suffices; new: ratio")


def test_another_meaning_is_invalid_and_shows_no_number() -> None:
    three = replace(PLAIN, arms=(*PLAIN.arms, Arm("other")))
    records = changed(
        records_of(three, {"new": 1.5, "other": 1.5}),
        lambda each: each.arm == "new" and each.block == 3 and each.workload == "fib",
        problem=f"{DIFFERS}: line 1 is '7', expected '8'",
    )
    found = analyse(three, records)
    assert (found.verdict.word, found.verdict.status) == ("invalid", 12)
    assert "new on fib, block 3: differs: line 1 is '7', expected '8'" in found.verdict.rule
    assert {each.arm for each in found.estimates} == {"other"}
    of_reference = changed(
        records_of(three, {}), lambda each: each.arm == "old", problem=f"{DIFFERS}: status 1"
    )
    assert analyse(three, of_reference).estimates == ()


def test_a_steady_state_that_is_missing_blocks_the_claim() -> None:
    records = records_of(STEADY, {"new": 1.3}, slow_start=20)
    found = analyse(STEADY, records)
    assert found.verdict.word == "accepted"
    assert {warm_up.kind for *_, warm_up in found.warm_ups} == {"warm-up"}
    assert len(found.warm_ups) == 80
    late = changed(
        records, lambda each: of_new(each) and each.block < 3, events=(Event(0.9 * 1.3, "compile"),)
    )
    bad = analyse(STEADY, late)
    assert (bad.verdict.word, bad.verdict.status) == ("no steady state", 13)
    assert "new on fib, 3 of 20 processes: no steady state" in bad.verdict.rule
    assert estimate(bad, "fib").processes == (20, 17)


def test_steady_state_and_time_to_it_are_apart() -> None:
    records = records_of(STEADY, {}, slow_start=20, noise=0.005)
    shorter = [replace(each, iterations=each.iterations[10:]) if of_new(each) else each for each in records]
    assert estimate(analyse(STEADY, shorter)).ratio == pytest.approx(1.0, abs=0.01)
    assert estimate(analyse(replace(STEADY, metric="peak"), shorter)).ratio == pytest.approx(2.0, abs=0.03)


def test_the_metric_is_read_from_its_field() -> None:
    records = [
        replace(each, cpu=1.0 + each.block / 1000, memory=2_000 if of_new(each) else 3_000, instructions=None)
        for each in records_of(PLAIN, {"new": 1.05})
    ]
    assert estimate(analyse(replace(PLAIN, metric="cpu"), records)).ratio == pytest.approx(1.0)
    memory = analyse(replace(PLAIN, metric="memory"), records)
    assert estimate(memory).ratio == pytest.approx(1.5)
    assert (estimate(memory).p, estimate(memory).d, memory.verdict.word) == (0.0, math.inf, "accepted")
    nothing = analyse(replace(PLAIN, metric="instructions"), records)
    assert nothing.estimates == ()
    assert nothing.verdict.word == "conditional"
    assert "20 of 20 processes are in no figure: no instructions was measured" in nothing.verdict.rule


def test_equal_counts_are_no_difference() -> None:
    records = [replace(each, instructions=12_345) for each in records_of(PLAIN, {})]
    found = analyse(replace(PLAIN, metric="instructions"), records)
    assert estimate(found).ratio == 1.0
    assert found.verdict.word == "rejected"
    assert (
        analyse(replace(PLAIN, metric="instructions", claim="not-slower"), records).verdict.word == "accepted"
    )


def test_one_process_proves_nothing() -> None:
    one = replace(PLAIN, processes=1)
    found = analyse(one, records_of(one, {"new": 9.0}))
    assert (found.verdict.word, found.verdict.needed) == ("conditional", 10)
    assert "no interval and no test" in found.verdict.rule
    whole = estimate(found)
    assert whole.ratio == pytest.approx(9.0, rel=0.1)
    assert (whole.p, whole.adjusted, whole.probability, whole.probability_q48) == (1.0, 1.0, 0.5, None)
    assert (whole.interval.low, whole.interval.high) == (0.0, math.inf)


@pytest.mark.parametrize("test", ["welch", "paired"])
def test_two_processes_are_compared_without_the_engine(test: str) -> None:
    two = replace(PLAIN, processes=2, test=test)
    found = analyse(two, records_of(two, {"new": 1.5}))
    assert estimate(found).probability_q48 is None
    assert estimate(found).interval.low > 0


def test_pairs_take_off_what_both_arms_share() -> None:
    records = records_of(PLAIN, {"new": 1.03}, noise=0.003, drift=0.8)
    apart, together = (analyse(replace(PLAIN, test=test), records) for test in ("welch", "paired"))
    assert apart.verdict.word == "conditional"
    assert together.verdict.word == "accepted"
    lone = [each for each in records if not (of_new(each) and each.block == 4)]
    assert estimate(analyse(replace(PLAIN, test="paired"), lone)).processes == (19, 19)
    assert estimate(analyse(PLAIN, lone)).processes == (20, 19)


def test_the_machine_is_a_blocking_factor() -> None:
    machines = {"fast": 1.0, "slow": 1.9}
    records = records_of(PLAIN, {"new": 1.05}, machines=machines)
    found = analyse(PLAIN, records)
    alone = analyse(PLAIN, records_of(PLAIN, {"new": 1.05}))
    assert found.verdict.word == "accepted"
    assert estimate(found).ratio == pytest.approx(estimate(alone).ratio)
    width = estimate(found).interval.high - estimate(found).interval.low
    assert width == pytest.approx(estimate(alone).interval.high - estimate(alone).interval.low, rel=0.1)
    mixed = [replace(each, machine="one name for both") for each in records]
    assert analyse(PLAIN, mixed).verdict.word == "conditional"


def test_a_machine_that_ran_one_arm_only_is_left_out() -> None:
    records = records_of(PLAIN, {"new": 1.05}, machines={"one": 1.0, "other": 5.0})
    lone = [each for each in records if not (of_new(each) and each.machine == "other")]
    assert estimate(analyse(PLAIN, lone)).processes == (10, 10)
    assert estimate(analyse(PLAIN, lone)).ratio == pytest.approx(1.05, abs=0.03)


def test_lost_processes_are_counted_and_too_many_cast_doubt() -> None:
    records = records_of(PLAIN, {"new": 1.1})
    few = changed(records, lambda each: of_new(each) and each.block < 2, problem="still running after 60 s")
    assert estimate(analyse(PLAIN, few)).processes == (20, 18)
    assert analyse(PLAIN, few).verdict.word == "accepted"
    many = changed(records, lambda each: of_new(each) and each.block < 3, problem="still running after 60 s")
    found = analyse(PLAIN, many).verdict
    assert found.word == "conditional"
    assert "new on fib: 3 of 20 processes are in no figure: still running after 60 s (3)" in found.rule


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_values_without_a_logarithm_are_lost(value: float) -> None:
    records = changed(records_of(PLAIN, {"new": 1.1}), lambda each: each.block == 5, wall=value)
    found = analyse(PLAIN, records)
    assert estimate(found).processes == (19, 19)
    assert found.verdict.word == "accepted"


def test_a_missing_workload_is_no_mean_of_the_others() -> None:
    records = records_of(PLAIN, {"new": 1.5})
    partly = [each for each in records if not (of_new(each) and each.workload == "sieve")]
    found = analyse(PLAIN, partly)
    assert [each.workload for each in found.estimates] == ["fib"]
    assert found.verdict.word == "conditional"
    assert "not all has run (new on sieve: 0 of 20 processes)" in found.verdict.rule


def test_a_run_that_is_not_over_has_no_verdict() -> None:
    records = [each for each in records_of(PLAIN, {"new": 1.5}) if each.block < 19]
    found = analyse(PLAIN, records)
    assert found.verdict.word == "conditional"
    assert "(old on fib: 19 of 20 processes; new on fib: 19 of 20 processes; " in found.verdict.rule
    assert "; and 1 more)" in found.verdict.rule
    assert estimate(found).processes == (19, 19)


def test_no_records_and_no_challenger() -> None:
    assert analyse(PLAIN, []).verdict.word == "conditional"
    assert analyse(PLAIN, []).false_positive_rate is None
    alone = replace(PLAIN, arms=PLAIN.arms[:1])
    assert analyse(alone, records_of(alone, {})).verdict.word == "conditional"


def test_outliers_are_flagged_and_kept() -> None:
    records = [
        replace(each, wall=each.wall * 1.6)
        if of_new(each) and each.block == 11 and each.workload == "fib"
        else each
        for each in records_of(PLAIN, {"new": 1.05})
    ]
    found = estimate(analyse(PLAIN, records), "fib")
    assert 11 in found.flagged
    assert found.without_flagged is not None
    assert found.without_flagged > found.ratio + 0.01
    assert found.processes == (20, 20)


def test_groups_of_processes_are_told() -> None:
    records = [
        replace(each, wall=each.wall * 1.08) if of_new(each) and each.block % 3 == 0 else each
        for each in records_of(PLAIN, {"new": 1.3}, noise=0.004)
    ]
    rule = analyse(PLAIN, records).verdict.rule
    assert "the processes of new on fib fall into two groups, 7 of 20 being " in rule


def test_engines_that_disagree_are_reported_and_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    records = records_of(PLAIN, {"new": 1.05})
    monkeypatch.setattr(analysis_module, "probability_q48", lambda *_: 0.97)
    found = analyse(PLAIN, records)
    assert found.verdict.word == "conditional"
    assert "two implementations of the posterior disagree on the mean of all workloads" in found.verdict.rule
    assert "0.9700, and 0.0300 off in floats, where 0.0005 is allowed" in found.verdict.rule


@pytest.mark.parametrize("test", ["welch", "paired"])
def test_the_rate_of_false_positives_of_a_machine(test: str) -> None:
    twice = replace(PLAIN, arms=(Arm("old"), Arm("old again")), test=test)
    rate = analyse(replace(PLAIN, test=test), [], records_of(twice, {}, seed=3)).false_positive_rate
    assert rate is not None
    assert 0.02 <= rate <= 0.08
    same_name = [replace(each, arm="old") for each in records_of(twice, {}, seed=3)]
    assert analyse(replace(PLAIN, test=test), [], same_name).false_positive_rate == pytest.approx(
        rate, abs=0.02
    )


def test_too_short_an_a_a_run_has_no_rate() -> None:
    twice = replace(PLAIN, arms=(Arm("old"), Arm("old again")), processes=4)
    assert analyse(PLAIN, [], records_of(twice, {})).false_positive_rate is None


def test_a_hundred_a_a_experiments_accept_nothing() -> None:
    """The verdict itself, from records on: 100 experiments without a difference."""
    one = replace(PLAIN, workloads=PLAIN.workloads[:1])
    words = [analyse(one, records_of(one, {}, seed=seed)).verdict.word for seed in range(100)]
    assert words.count("accepted") == 0
    slowed = [analyse(one, records_of(one, {"new": 1 / 1.05}, seed=seed)).verdict.word for seed in range(10)]
    assert slowed.count("rejected") >= 9


def test_the_fastest_iterations_need_no_steady_state() -> None:
    """Every second iteration of the machine is 1.7 times as slow, and the last third of it always."""
    records = records_of(STEADY, {"new": 1.05}, noise=0.002, within=0.002, seed=3)
    disturbed = [
        replace(
            each,
            iterations=tuple(
                1.7 * time if at % 2 or at > 80 else time for at, time in enumerate(each.iterations)
            ),
        )
        for each in records
    ]
    assert analyse(STEADY, disturbed).verdict.word == "no steady state"
    found = analyse(replace(STEADY, metric="least"), disturbed)
    assert found.verdict.word == "accepted"
    assert estimate(found).ratio == pytest.approx(1.05, abs=0.003)
