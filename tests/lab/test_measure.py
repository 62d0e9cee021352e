"""Measuring: the order of runs, what a process costs, and how a wrong one is recognised."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cupola.lab.measure import Arm, Program, Run, execute, judge, measure, schedule

ARMS = [Arm(name, (name, "{program}")) for name in ("one", "two", "three")]
PROGRAMS = [Program(name, Path(name), name) for name in ("fib", "sieve")]


def python(code: str) -> list[str]:
    """Return a command that runs Python code."""
    return [sys.executable, "-S", "-c", code]


def test_each_block_runs_every_arm_once_on_every_program() -> None:
    plan = schedule(ARMS, PROGRAMS, runs=4, seed=1)
    every = {(program.name, arm.name) for program in PROGRAMS for arm in ARMS}
    for block in (1, 2, 3, 4):
        pairs = [(program.name, arm.name) for number, program, arm in plan if number == block]
        assert len(pairs) == len(every)
        assert set(pairs) == every


def test_the_arms_of_a_program_run_side_by_side() -> None:
    names = [program.name for _, program, _ in schedule(ARMS, PROGRAMS, runs=3, seed=1)]
    for start in range(0, len(names), len(ARMS)):
        assert len(set(names[start : start + len(ARMS)])) == 1


def test_the_order_depends_on_the_seed_alone() -> None:
    orders = [schedule(ARMS, PROGRAMS, runs=5, seed=seed) for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_blocks_differ_in_their_order() -> None:
    plan = schedule(ARMS, PROGRAMS, runs=20, seed=3)
    firsts = {arm.name for _, _, arm in plan[:: len(ARMS)]}
    assert firsts == {"one", "two", "three"}


def test_samples_come_in_the_order_of_the_schedule() -> None:
    commands: list[list[str]] = []

    def fake(command: list[str], expected: str, timeout: float) -> Run:
        commands.append(command)
        assert (expected, timeout) == (command[1], 9.0)
        return Run(1.0, 0.5, 100)

    samples = measure(ARMS, PROGRAMS, runs=2, seed=5, timeout=9.0, execute=fake)
    plan = [(block, program.name, arm.name) for block, program, arm in schedule(ARMS, PROGRAMS, 2, 5)]
    assert [(each.block, each.program, each.arm) for each in samples] == plan
    assert commands == [[arm, program] for _, program, arm in plan]


def test_a_pair_that_went_wrong_is_kept_and_not_run_again() -> None:
    def fake(command: list[str], expected: str, timeout: float) -> Run:
        return Run(1.0, 1.0, 1, "wrong" if command == ["two", "fib"] else None)

    progress: list[tuple[int, int]] = []
    samples = measure(
        ARMS,
        PROGRAMS,
        runs=3,
        seed=5,
        timeout=9.0,
        execute=fake,
        progress=lambda done, total, sample: progress.append((done, total)),
    )
    assert [each.run.problem for each in samples if (each.arm, each.program) == ("two", "fib")] == ["wrong"]
    assert len(samples) == 3 * 6 - 2
    assert len(progress) == len(samples)
    assert {total for _, total in progress} == {18}


def test_a_process_is_timed_and_its_output_checked() -> None:
    run = execute(python("sum(range(10**6)); print('fine ')"), "fine\n", timeout=60)
    assert run.problem is None
    assert run.wall > 0
    assert run.user > 0
    assert run.memory > 1_000_000


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("print('other')", "wrong output: line 1 is 'other', expected 'fine'"),
        ("print('fine\\nmore')", "wrong output: 2 lines, expected 1"),
        ("import sys; sys.exit('no such thing')", "exit status 1: no such thing"),
        ("import os; os.abort()", "killed by signal 6: nothing on standard error"),
    ],
)
def test_a_wrong_process_has_a_problem(code: str, problem: str) -> None:
    assert execute(python(code), "fine", timeout=60).problem == problem


def test_a_process_that_does_not_end_is_killed() -> None:
    assert (
        execute(python("import time; time.sleep(600)"), "", timeout=0.2).problem
        == "still running after 0.2 s"
    )


def test_a_command_that_does_not_exist_has_a_problem() -> None:
    problem = execute(["/absent/command"], "", timeout=1).problem
    assert problem is not None
    assert problem.startswith("does not start: ")


def test_a_process_reads_an_empty_standard_input() -> None:
    assert execute(python("import sys; print(repr(sys.stdin.read()))"), "''", 60).problem is None


def test_blanks_at_ends_of_lines_do_not_matter_but_lines_do() -> None:
    assert judge(0, "a \nb  \n\n", "a\nb", "") is None
    assert judge(0, "a\n\nb", "a\nb", "") == "wrong output: line 2 is '', expected 'b'"


def test_an_arm_shows_its_command_without_this_machines_directories() -> None:
    arm = Arm("switch", ("/somewhere/bin/python3", "-m", "cupola", "{program}"))
    assert arm.shown == "python3 -m cupola {program}"
    assert arm.on(Path("a b.fs"))[-1] == "a b.fs"
