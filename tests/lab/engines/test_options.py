"""What `cupola bench options` compares, and its tables; measuring and statistics are those of every benchmark."""

from __future__ import annotations

from pathlib import Path

from cupola.lab.bench.programs import Program
from cupola.lab.bench.report import setting
from cupola.lab.bench.results import Results, experiment_of
from cupola.lab.engines.options import OFF, ON, REPEATS, arms, measure_option, measured, own_programs, table
from cupola.lab.running.records import ProcessRecord
from cupola.policy.options import NAMES


def test_every_option_has_a_program_of_its_own() -> None:
    own = {each.name: each for each in own_programs()}
    assert set(own) == set(NAMES)
    assert measured(own) == [*NAMES, "profile"]
    assert own["string-batching"].expected is None, "too long to stand in expected.toml"
    assert own["colon-inlining"].expected == "371167"


def results(**ratios: float) -> Results:
    """Both sides on each program, with the option so many times as fast."""
    programs = [Program(name, Path(name), None) for name in ratios]
    experiment = experiment_of(
        arms("colon-inlining", "auto", None), programs, runs=3, seed=1, timeout=1.0, test="paired"
    )
    records = [
        ProcessRecord(block, arm, name, "here", "", (1.0 if arm == OFF else 1 / value) * (1 + block / 10), 0, 0, 0, 0)
        for name, value in ratios.items()
        for block in (1, 2, 3)
        for arm in (OFF, ON)
    ]  # fmt: skip
    return Results(experiment, records)


def test_tables_have_the_options_own_program_first() -> None:
    made = table("colon-inlining", "auto", results(mine=2.0), results(fib=4.0, sieve=0.25))
    assert [row[0] for row in made.rows] == [
        "mine (its own)", "fib", "sieve", "geometric mean without its own",
    ]  # fmt: skip
    assert [row[1].split()[0] for row in made.rows] == ["2.00", "4.00", "0.25", "1.00"]
    assert "default on, predicted 1.3-2.0" in made.title


def test_only_one_side_of_a_comparison_of_profiles_has_one() -> None:
    off, on = arms("profile", "auto", "a.profile")
    assert ("a.profile" in on.switches, "a.profile" in off.switches) == (True, False)
    both = arms("branch-layout", "auto", "a.profile")
    assert all("a.profile" in each.switches for each in both)
    assert [dict(each.state)["branch-layout"] for each in both] == ["off", "on"]


def test_an_option_is_measured_by_processes_that_are_in_the_state_they_say(tmp_path: Path) -> None:
    program = tmp_path / "one.fs"
    program.write_text(": main 1 2 + . ;\nmain\n")
    found = measure_option("warm-pools", "threaded", [Program("one", program, "3")], setting("x", 2, 5))
    assert found.problems() == []
    assert [each.state and dict(each.state)["warm-pools"] for each in found.of(ON, "one")] == ["on", "on"]
    assert all(
        len(each.iterations) == REPEATS and each.wall == min(each.iterations) for each in found.records
    )
