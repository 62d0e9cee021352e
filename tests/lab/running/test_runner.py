"""The runner: every process is kept, whatever became of it, and what is missing is run again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.running.blocks import plan
from cupola.lab.running.progress import Progress
from cupola.lab.running.records import ProcessRecord
from cupola.lab.running.runner import Watch, run
from tests.lab.running.experiments import PLAIN, arm, experiment


def records(made: Experiment, base: Path, **more: object) -> list[ProcessRecord]:
    """What running an experiment keeps."""
    kept: list[ProcessRecord] = []
    run(made, base=base, keep=kept.append, **more)  # type: ignore[arg-type]  # by name
    return kept


def problems(kept: list[ProcessRecord], name: str) -> set[str | None]:
    return {each.problem for each in kept if each.arm == name}


def test_every_process_is_kept_in_the_order_of_the_plan(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print('the same')")
    before = os.sched_getaffinity(0)
    kept = records(made, tmp_path)
    assert [(each.block, each.arm, each.workload) for each in kept] == [step.key for step in plan(made)]
    assert {each.problem for each in kept} == {None}
    for each in kept:
        assert each.wall > 0 and each.cpu > 0 and each.memory > 1 << 20 and each.status == 0
        assert each.load >= 0 and each.started.endswith("+00:00") and each.machine.startswith("machine-")
        assert {"output", "pinned", "other work"} <= dict(each.state).keys()
        assert ProcessRecord.from_data(each.as_data()) == each
    assert os.sched_getaffinity(0) == before


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one CPU: nothing to keep apart")
def test_processes_run_beside_the_driver_and_not_on_its_cpu(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print(sorted(os.sched_getaffinity(0)))", processes=2)
    first, *rest = sorted(os.sched_getaffinity(0))
    made = experiment(tmp_path, "print(sorted(os.sched_getaffinity(0)))", processes=2,
        workloads=(Workload("work", "work.py", expected=f"{rest}"),),
    )  # fmt: skip
    assert {each.problem for each in records(made, tmp_path)} == {None}
    said = {dict(each.state)["pinned"] for each in records(made, tmp_path)}
    assert said == {f"cpu {','.join(map(str, rest))}; driver on {first}"}
    assert {dict(each.state)["pinned"] for each in records(made, tmp_path, pin=False)} == {"not pinned"}


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("sys.exit('no luck')", "differs: exit status 1: no luck"),
        ("os.kill(os.getpid(), 11)", "killed by signal 11: nothing on standard error"),
        ("time.sleep(600)", "still running after 0.7 s"),
        ("print('other')", "differs: line 1 is 'other', expected 'same'"),
    ],
)
def test_an_arm_that_goes_wrong_is_data_and_the_run_goes_on(tmp_path: Path, code: str, problem: str) -> None:
    made = experiment(
        tmp_path, f"if ARM == 'b':\n    {code}\nprint('same')", processes=2, timeout=0.7,
        workloads=(Workload("work", "work.py", expected="same\n"),),
    )  # fmt: skip
    kept = records(made, tmp_path)
    assert len(kept) == 4
    assert problems(kept, "a") == {None}
    assert problems(kept, "b") == {problem}


def test_a_program_that_is_missing(tmp_path: Path) -> None:
    made = experiment(
        tmp_path, "", arms=(arm("a"), Arm("b", command=("/absent/program", "{program}"))), processes=1
    )
    (problem,) = problems(records(made, tmp_path), "b")
    assert problem is not None
    assert problem.startswith("does not start: [Errno 2] No such file or directory: '/absent/program'")


def test_output_that_changes_between_runs_differs(tmp_path: Path) -> None:
    code = "file = open('count', 'a')\nprint(file.tell() // 4)\nfile.write('x')"
    kept = records(experiment(tmp_path, code), tmp_path)
    assert [each.differs for each in kept] == [False] * 4 + [True] * 2
    assert kept[4].problem == "differs: its output is not that of the processes before it; it ends with '1'"


def test_a_status_that_is_not_0_may_be_the_right_one(tmp_path: Path) -> None:
    made = experiment(tmp_path, "sys.exit(3 if ARM == 'a' else 0)", processes=1)
    kept = records(made, tmp_path, statuses={"work": 3})
    assert problems(kept, "a") == {None}
    assert problems(kept, "b") == {"differs: exit status 0, expected 3"}


def test_output_that_is_not_kept_is_not_compared(tmp_path: Path) -> None:
    kept = records(experiment(tmp_path, "print(ARM)"), tmp_path, keep_output=False)
    assert {each.problem for each in kept} == {None}
    assert "output" not in dict(kept[0].state)


def test_a_state_that_an_arm_does_not_allow_voids_its_process(tmp_path: Path) -> None:
    arms = (arm("a"), arm("b", state=(("pinned", "nowhere"),)), arm("c", state=(("colour", "red"),)))
    kept = records(experiment(tmp_path, "", arms=arms, processes=1), tmp_path)
    assert problems(kept, "a") == {None}
    (wrong,) = problems(kept, "b")
    assert (
        wrong is not None and wrong.startswith("state: pinned is ") and wrong.endswith("expected 'nowhere'")
    )
    assert problems(kept, "c") == {"state: it says nothing of 'colour', expected 'red'"}


TELLS = """
import json
data = {"format": 1, "iterations": [0.5, 0.25], "events": [[-1.0, "load", "x"]], "state": {"tier": "top"},
        "instructions": 9, "output": "abc" if ARM == "a" else os.environ["SAID"]}
json.dump(data, open(os.environ["CUPOLA_LAB_FILE"], "w"))
assert os.environ["CUPOLA_LAB_ITERATIONS"] == "2"
"""


def test_what_a_process_tells_of_itself_is_in_its_record(tmp_path: Path) -> None:
    arms = (arm("a", state=(("tier", "top"),)), arm("b", environment=(("SAID", "abc"),)))
    made = experiment(tmp_path, TELLS, arms=arms, metric="steady", iterations=2, processes=1)
    one, other = records(made, tmp_path)
    assert one.problem is other.problem is None
    assert one.iterations == (0.5, 0.25)
    assert one.instructions == 9
    assert [(each.at, each.kind, each.detail) for each in one.events] == [(-1.0, "load", "x")]
    assert dict(one.state)["tier"] == "top"


def test_iterations_that_print_something_else_differ(tmp_path: Path) -> None:
    arms = (arm("a"), arm("b", environment=(("SAID", "abd"),)))
    made = experiment(tmp_path, TELLS, arms=arms, metric="steady", iterations=2, processes=1)
    found = {each.problem for each in records(made, tmp_path)}
    assert found == {
        None,
        "differs: its iterations print something else than those of the processes before it",
    }


def test_who_tells_no_iterations_has_no_steady_state(tmp_path: Path) -> None:
    made = experiment(tmp_path, "", metric="steady", iterations=5, processes=1)
    assert {each.problem for each in records(made, tmp_path)} == {"it told 0 iterations, expected 5"}


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    made = experiment(tmp_path, "open(os.environ['CUPOLA_LAB_FILE'], 'w').write('half a rec')", processes=1)
    (problem,) = {each.problem for each in records(made, tmp_path)}
    assert problem is not None
    assert "half a rec" in problem


def test_an_interruption_keeps_what_has_run_and_a_second_run_does_the_rest(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print('same')", processes=3)
    kept: list[ProcessRecord] = []

    def keep(record: ProcessRecord) -> None:
        kept.append(record)
        if len(kept) == 3:
            raise KeyboardInterrupt

    before = os.sched_getaffinity(0)
    with pytest.raises(KeyboardInterrupt):
        run(made, base=tmp_path, keep=keep)
    assert os.sched_getaffinity(0) == before
    first = list(kept)
    run(made, base=tmp_path, done=first, keep=kept.append)
    assert [(each.block, each.arm, each.workload) for each in kept] == [step.key for step in plan(made)]
    assert kept[:3] == first


def test_after_an_interruption_output_is_still_held_against_that_of_before(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print('before')", processes=1)
    first = records(made, tmp_path)
    changed = experiment(tmp_path, "print('after')", processes=2)
    kept: list[ProcessRecord] = []
    run(changed, base=tmp_path, done=first, keep=kept.append)
    assert len(kept) == 2
    assert all(each.differs for each in kept)


def test_only_some_blocks_can_be_run(tmp_path: Path) -> None:
    kept = records(experiment(tmp_path, "", processes=4), tmp_path, blocks=[2, 4])
    assert [each.block for each in kept] == [2, 2, 4, 4]


def test_something_may_be_done_before_each_process(tmp_path: Path) -> None:
    seen: list[str] = []
    made = experiment(tmp_path, "", processes=1)
    kept = records(made, tmp_path, before_each=lambda step: seen.append(step.arm.name))
    assert seen == [each.arm for each in kept]


def test_cupola_does_not_import_what_lies_beside_the_experiment(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "work.fs").write_text("42 .")
    arms = (Arm("a", ("--tier", "switch")), Arm("b", ("--tier", "threaded")))
    made = Experiment("test", "?", "no", "yes", "total", "a", arms, (Workload("w", "work.fs"),), processes=2)
    kept = records(made, tmp_path)
    assert {each.problem for each in kept} == {None}
    assert {dict(each.state)["tier"] for each in kept} == {"switch", "threaded"}
    assert all(len(each.iterations) == 1 for each in kept)


def test_a_busy_machine_is_said_once() -> None:
    notes: list[str] = []

    class Notes(Progress):
        def note(self, text: str) -> None:
            notes.append(text)

    watch = Watch(Notes())

    def saw(share: float, count: int) -> None:
        state = (("other work", f"{share:.2f}"),)
        for _ in range(count):
            watch.saw(ProcessRecord(1, "a", "w", "m", "", 1.0, 1.0, 1, 0, 0.0, state=state))

    saw(0.9, 4)
    saw(0.0, 1)
    saw(0.9, 4)
    assert notes == []
    saw(0.5, 10)
    assert len(notes) == 1
    assert notes[0].startswith(
        "the machine is busy: beside the last 5 processes other work took more than 20%"
    )


def test_commands_that_are_no_program_run_as_well(tmp_path: Path) -> None:
    assert PLAIN[0] == "{python}"  # which the runner replaces by its own interpreter
    arms = (Arm("a", command=("true",)), Arm("b", command=("true",)))
    made = Experiment("test", "?", "no", "yes", "total", "a", arms, (Workload("nothing"),), processes=2)
    assert {each.problem for each in records(made, tmp_path)} == {None}
