"""What is computed from the processes of a benchmark, checked against figures computed by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cupola.lab.bench.programs import START_UP, Program
from cupola.lab.bench.report import ratio, spread
from cupola.lab.bench.results import Results, cpu, experiment_of, shortest, wall
from cupola.lab.experiment.spec import Arm
from cupola.lab.running.records import ProcessRecord


def record(arm: str, program: str, block: int, seconds: float) -> ProcessRecord:
    """A process that took so long; a negative time is a problem."""
    return ProcessRecord(
        block, arm, program, "here", "", abs(seconds), abs(seconds) / 2, 0, 0, 0.0,
        problem="differs: wrong" if seconds < 0 else None, iterations=(abs(seconds), abs(seconds) / 4),
    )  # fmt: skip


def results(start: float = 1.0, **times: list[float]) -> Results:
    """Results from wall times: `peer_fib` is the arm peer on fib. Each arm starts up in 1 second, unless a keyword
    such as `peer_start` says otherwise."""
    arms = dict.fromkeys(key.partition("_")[0] for key in times)
    starts: dict[str, list[float]] = {f"{arm}_start": [start, start] for arm in arms} if start else {}
    records = []
    names: dict[str, None] = {}
    for key, values in {**starts, **times}.items():
        arm, _, program = key.partition("_")
        name = START_UP if program == "start" else program
        names[name] = None
        records += [record(arm, name, block, value) for block, value in enumerate(values, 1)]
    programs = [Program(name, Path(name), "") for name in names]
    made = [Arm(arm, command=(arm, "{program}")) for arm in arms]
    return Results(experiment_of(made, programs, runs=3, seed=1, timeout=1.0), records)


def test_medians_are_of_the_times_that_are_asked_for() -> None:
    found = results(peer_fib=[9.0, 4.0, 5.0], ours_fib=[2.0, 3.0, 7.0])
    assert found.median("peer", "fib") == 5.0
    assert found.median("peer", "fib", cpu) == 2.5
    assert found.programs == ["fib"]
    assert found.workloads == ["fib", START_UP]
    assert spread(found, "ours", "fib", wall) == "3.000 (2.000 to 7.000)"


def test_ratios_are_of_geometric_means() -> None:
    found = results(peer_fib=[2.0, 8.0], ours_fib=[1.0, 4.0], peer_sieve=[4.0, 4.0], ours_sieve=[8.0, 8.0])
    fib, sieve, mean = (found.estimate("ours", name) for name in ("fib", "sieve", None))
    assert fib is not None and sieve is not None and mean is not None
    assert [fib.ratio, sieve.ratio] == pytest.approx([2.0, 0.5])
    assert mean.ratio == pytest.approx(1.0)
    assert fib.interval.low < fib.ratio < fib.interval.high
    assert found.estimate("peer", "fib") is None
    assert ratio(found, "peer", "fib", net=False) == "1"
    assert ratio(found, "ours", "fib", net=False).startswith("2.00 (")


def test_the_empty_program_is_in_no_mean() -> None:
    found = results(peer_fib=[4.0, 4.0], ours_fib=[2.0, 2.0], ours_start=[0.01, 0.01])
    mean = found.estimate("ours", None)
    assert mean is not None and mean.ratio == pytest.approx(2.0)


def test_net_ratios_subtract_each_arms_own_start_up() -> None:
    found = results(peer_fib=[5.0, 5.0], ours_fib=[3.0, 3.0], ours_start=[2.0, 2.0])
    net = found.estimate("ours", "fib", net=True)
    assert net is not None and net.ratio == pytest.approx(4.0)


def test_a_program_that_is_all_start_up_has_no_net_ratio() -> None:
    found = results(peer_fib=[5.0, 5.0], ours_fib=[1.0, 1.0])
    assert found.estimate("ours", "fib", net=True) is None
    assert ratio(found, "ours", "fib", net=True) == "-"
    assert ratio(found, "ours", "fib", net=False).startswith("5.00")


def test_one_process_has_a_ratio_and_no_interval() -> None:
    found = results(peer_fib=[4.0], ours_fib=[2.0])
    estimate = found.estimate("ours", "fib")
    assert estimate is not None and math.isinf(estimate.interval.high)
    assert ratio(found, "ours", "fib", net=False) == "2.00"


def test_an_arm_that_means_something_else_has_no_figures() -> None:
    found = results(peer_fib=[4.0, 4.0], peer_sieve=[2.0, 2.0], ours_fib=[2.0, 2.0], ours_sieve=[4.0, -1.0])
    assert found.problem("ours", "sieve") == "differs: wrong"
    assert found.problems() == [("ours", "sieve", "differs: wrong")]
    assert found.median("ours", "sieve") is None
    assert ratio(found, "ours", "sieve", net=False) == "INVALID"
    assert found.estimate("ours", None) is None
    assert found.problem("ours", "never") == "never run"


def test_the_shortest_iteration_stands_for_its_process() -> None:
    found = shortest(results(start=0, peer_fib=[8.0, 8.0], ours_fib=[4.0, 4.0]))
    assert found.times("peer", "fib") == [2.0, 2.0]
    assert found.workloads == ["fib"], "and no start-up is measured"
