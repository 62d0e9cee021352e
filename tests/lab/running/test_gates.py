"""The gates: arms that do not mean the same are found before anything is timed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.generate.forth import script
from cupola.lab.running.blocks import plan
from cupola.lab.running.gates import (
    Difference,
    Manner,
    check_generated,
    check_meaning,
    check_state,
    reference_of_meaning,
    same_twice,
)
from cupola.lab.running.records import ProcessRecord
from tests.lab.running.experiments import arm, experiment


def test_arms_that_mean_the_same_pass(tmp_path: Path) -> None:
    code = "print('same ' if ARM == 'a' else 'same'); print(ARM, file=sys.stderr)"
    assert check_meaning(experiment(tmp_path, code), tmp_path) is None


@pytest.mark.parametrize(
    ("code", "what", "text"),
    [
        ("print('other')", "output", "line 1 is 'other', expected 'same'"),
        ("print('same'); print(1)", "output", "2 lines, expected 1"),
        ("print('same'); sys.exit('no')", "exit status", "exit status 1: no, expected 0"),
        ("print('same', flush=True); os.abort()", "exit status", "killed by signal 6: nothing on standard"),
        ("time.sleep(600)", "failure", "still running after 1 s"),
    ],
)
def test_the_first_difference_is_told(tmp_path: Path, code: str, what: str, text: str) -> None:
    made = experiment(tmp_path, f"if ARM == 'b':\n    {code}\nelse: print('same')", timeout=1.0)
    found = check_meaning(made, tmp_path)
    assert isinstance(found, Difference)
    assert (found.arm, found.reference, found.workload, found.what) == ("b", "a", "work", what)
    assert found.text.startswith(text)
    assert "b on work" in str(found)
    assert found.text in str(found)
    assert "exit status: exit status" not in str(found)


def test_a_reference_that_fails_is_no_reference(tmp_path: Path) -> None:
    found = check_meaning(experiment(tmp_path, "sys.exit('no luck')"), tmp_path)
    assert found is not None
    assert (found.arm, found.what, found.text) == ("a", "failure", "exit status 1: no luck")


def test_an_arm_that_is_not_there(tmp_path: Path) -> None:
    arms = (arm("a"), Arm("b", command=("/absent/program", "{program}")))
    found = check_meaning(experiment(tmp_path, "", arms=arms), tmp_path)
    assert found is not None
    assert (found.arm, found.what) == ("b", "failure")
    assert found.text.startswith("does not start: ")


def test_what_is_expected_is_held_against_the_reference(tmp_path: Path) -> None:
    works = (Workload("work", "work.py", expected="42"),)
    found = check_meaning(experiment(tmp_path, "print(43)", workloads=works), tmp_path)
    assert found is not None
    assert (found.arm, found.reference, found.text) == (
        "a",
        "the experiment",
        "line 1 is '43', expected '42'",
    )


def test_a_state_that_is_declared_is_checked() -> None:
    record = ProcessRecord(
        1, "a", "w", "m", "", 1.0, 1.0, 1, 0, 0.0, state=(("tier", "auto"), ("cache", "on"))
    )
    assert check_state(Arm("a"), record) is None
    assert check_state(Arm("a", state=(("cache", "on"), ("tier", "auto"))), record) is None
    assert (
        check_state(Arm("a", state=(("tier", "switch"),)), record)
        == "state: tier is 'auto', expected 'switch'"
    )
    wrong = "state: it says nothing of 'teir', expected 'x'; did you mean 'tier'?"
    assert check_state(Arm("a", state=(("teir", "x"),)), record) == wrong


def test_the_reference_twice_is_an_experiment_of_the_same_shape(tmp_path: Path) -> None:
    made = experiment(tmp_path, "", generated=3, arms=(arm("a"), arm("b"), arm("c")), reference="b")
    twice = same_twice(made)
    assert [each.name for each in twice.arms] == ["b", "b (again)"]
    assert twice.arms[0].command == twice.arms[1].command
    assert twice.reference == "b"
    assert len(plan(twice)) == 2 * made.processes
    assert (twice.generated, twice.predictions) == (0, ())


# --- cupola's own arms ---------------------------------------------------------------------------------------------


def cupola(base: Path, *arms: Arm, text: str = ": main  6 7 * . ; main\n", **fields: object) -> Experiment:
    (base / "work.fs").write_text(text)
    made = experiment(base, "", arms=arms, reference=arms[0].name, workloads=(Workload("work", "work.fs"),))
    return replace(made, **fields)  # type: ignore[arg-type]  # by name


def test_the_switch_interpreter_says_what_cupola_s_arms_mean(tmp_path: Path) -> None:
    switches = (
        "--language",
        "forth-79",
        "--tier",
        "auto",
        "--without",
        "x",
        "--physics-set=a=1",
        "--files",
        "read",
    )
    found = reference_of_meaning(
        cupola(tmp_path, Arm("gforth", command=("g", "{program}")), Arm("ours", switches))
    )
    assert found.switches == ("--tier", "switch", "--language", "forth-79", "--files", "read")
    assert reference_of_meaning(experiment(tmp_path, "")).name == "a"


def test_engines_of_cupola_mean_the_same(tmp_path: Path) -> None:
    arms = (Arm("threaded", ("--tier", "threaded")), Arm("baseline", ("--tier", "baseline")))
    assert check_meaning(cupola(tmp_path, *arms, generated=2), tmp_path) is None


def test_an_arm_of_cupola_that_ends_otherwise_is_found(tmp_path: Path) -> None:
    arms = (Arm("free"), Arm("limited", ("--step-limit", "100")))
    loops = ": main  1000 0 do i drop loop 42 . ;\nmain\n"
    found = check_meaning(cupola(tmp_path, *arms, text=loops), tmp_path)
    assert found is not None
    assert (found.arm, found.what) == ("limited", "exit status")
    assert found.text.startswith("exit status 3: ")


def test_another_system_must_print_the_same_but_may_say_its_errors_otherwise(tmp_path: Path) -> None:
    code = "import sys; print(42); print('hm', file=sys.stderr)"
    same = Arm("python", command=(sys.executable, "-c", code, "{program}"))
    other = Arm("other", command=(sys.executable, "-c", "print(41)", "{program}"))
    made = cupola(tmp_path, Arm("auto"), same, other)
    found = check_meaning(made, tmp_path)
    assert found is not None
    assert (found.arm, found.reference, found.text) == (
        "other",
        "the switch interpreter",
        "line 1 is '41', expected '42'",
    )


def test_a_random_program_on_which_an_arm_differs_is_shown(tmp_path: Path) -> None:
    arms = (Arm("free"), Arm("limited", ("--step-limit", "300")))
    made = cupola(tmp_path, *arms, generated=1)
    found = check_generated(made, reference_of_meaning(made))
    assert found is not None
    assert found.arm == "limited"
    assert ": attempt ( c-addr u -- )" in found.text


def test_a_random_program_is_the_same_for_the_same_seed_and_goes_on_after_a_throw() -> None:
    assert script(5) == script(5) != script(6)
    assert sum(line.endswith("attempt") for line in script(5).splitlines()) >= 4


def test_output_and_status_count_only_where_they_are_wanted(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print(ARM, sys.stdin.read()); sys.exit(3)")
    seen: list[tuple[str, int, bytes]] = []
    manner = Manner(
        b"in", True, True, lambda arm, work, done: seen.append((arm.name, done.status, done.stdout))
    )
    found = check_meaning(made, tmp_path, manner=manner)
    assert found is not None
    assert found.text == "line 1 is 'b in', expected 'a in'"
    assert seen == [("a", 3, b"a in\n"), ("b", 3, b"b in\n")]
    assert check_meaning(made, tmp_path, manner=Manner(keep_output=False, any_status=True)) is None
    refused = check_meaning(made, tmp_path, manner=Manner(keep_output=False))
    assert refused is not None
    assert refused.what == "failure"
