"""What is computed from samples, checked against figures computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.lab.measure import START_UP, Arm, Program, Run, Sample
from cupola.lab.results import Results


def results(**times: list[float]) -> Results:
    """Return results from wall times: `peer_fib` is the arm peer on fib; a negative time is a problem.

    Every arm starts up in 1 second, unless a keyword such as `peer_start` says otherwise.
    """
    samples = []
    arms = dict.fromkeys(key.partition("_")[0] for key in times)
    starts: dict[str, list[float]] = {f"{arm}_start": [1.0] for arm in arms}
    for key, values in {**starts, **times}.items():
        arm, _, program = key.partition("_")
        for block, value in enumerate(values, 1):
            run = Run(abs(value), abs(value) / 2, 0, "wrong" if value < 0 else None)
            samples.append(Sample(block, START_UP if program == "start" else program, arm, run))
    names = dict.fromkeys(key.partition("_")[2] for key in times if not key.endswith("_start"))
    programs = [Program(name, Path(name), "") for name in names]
    return Results([Arm(arm, (arm, "{program}")) for arm in arms], programs, samples, next(iter(arms)))


def test_medians_and_ratios() -> None:
    found = results(peer_fib=[9.0, 4.0, 5.0], ours_fib=[2.0, 3.0, 7.0])
    assert found.median("peer", "fib") == 5.0
    assert found.median("peer", "fib", "user") == 2.5
    assert found.ratio("ours", "fib") == pytest.approx(5 / 3)
    assert found.ratio("peer", "fib") == 1.0


def test_net_ratios_subtract_each_arms_own_start_up() -> None:
    found = results(peer_fib=[5.0], ours_fib=[3.0], ours_start=[2.0])
    assert found.net("peer", "fib") == 4.0
    assert found.ratio("ours", "fib", net=True) == 4.0


def test_a_program_that_is_all_start_up_has_no_net_ratio() -> None:
    found = results(peer_fib=[5.0], ours_fib=[1.0])
    assert found.net("ours", "fib") is None
    assert found.ratio("ours", "fib", net=True) is None
    assert found.ratio("ours", "fib") == 5.0


def test_the_mean_is_geometric() -> None:
    found = results(peer_fib=[4.0], peer_sieve=[2.0], ours_fib=[2.0], ours_sieve=[4.0])
    mean, count = found.mean("ours")
    assert mean == pytest.approx(1.0)
    assert count == 2


def test_an_invalid_pair_has_no_figures_and_the_mean_says_of_how_many_it_is() -> None:
    found = results(peer_fib=[4.0], peer_sieve=[2.0], ours_fib=[2.0], ours_sieve=[4.0, -1.0])
    assert found.median("ours", "sieve") is None
    assert found.ratio("ours", "sieve") is None
    mean, count = found.mean("ours")
    assert mean == pytest.approx(2.0)
    assert count == 1
    assert found.problems() == [("ours", "sieve", "wrong")]


def test_without_a_valid_reference_there_is_no_ratio() -> None:
    found = results(peer_fib=[-1.0], ours_fib=[2.0])
    assert found.ratio("ours", "fib") is None
    assert found.mean("ours") == (None, 0)
    assert found.problem("ours", "fib") is None


def test_a_pair_without_samples_is_invalid() -> None:
    found = results(peer_fib=[4.0], peer_sieve=[1.0], ours_fib=[2.0])
    assert found.problem("ours", "sieve") == "never run"
