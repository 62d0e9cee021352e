"""One process of a cupola arm: what an iteration is, what it prints, what it tells, and the command that starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.running import clocks, guest, told
from cupola.lab.running.guest import command_of, split
from cupola.policy.options import NAMES

ROOT = Path(__file__).resolve().parents[3]
COUNTING = """\\ Counts its runs.
variable n
: sum ( -- n )  0 500 0 do i + loop ;
: main ( -- )  1 n +!  sum drop  ." run " n @ . cr ;

main

\\ the end
"""


def run(
    path: Path, iterations: int, *switches: str, program: str | None = None
) -> tuple[subprocess.CompletedProcess[str], told.Told | None]:
    """Run a guest; how it ended, and what it told."""
    if program is not None:
        path.write_text(program)
    file = path.with_suffix(".told")
    environment = {**os.environ, **told.environment(str(file), iterations)}
    command = [sys.executable, "-m", "cupola.lab.running.guest", *switches, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    return done, told.read(str(file))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1 2 +\n. cr\n", ". cr"),
        (": a ;\n\n  a \n\n\\ done\n  \\\n\n", "a"),
        ("\\", ""),
        ("", ""),
        (".s", ".s"),
    ],
)
def test_the_last_line_that_says_something_is_iterated(text: str, line: str) -> None:
    definitions, found = split(text)
    assert found == line
    assert text.startswith(definitions.rstrip("\n"))


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "bench" / "forth").glob("*.fs")))
def test_the_benchmark_programs_iterate_their_main(name: str) -> None:
    assert split((ROOT / "bench" / "forth" / name).read_text())[1] == "main"


def test_iterations_go_on_in_one_system_and_the_first_one_prints(tmp_path: Path) -> None:
    done, found = run(tmp_path / "a.fs", 4, program=COUNTING)
    assert (done.returncode, done.stdout, done.stderr) == (0, "run 1 \n", "")
    assert found is not None
    assert len(found.iterations) == 4
    assert all(each > 0 for each in found.iterations)
    kinds = [kind for _, kind, _ in found.events]
    assert "load" in kinds and "compile" in kinds
    at = {kind: at for at, kind, _ in found.events}
    assert at["start"] < at["load"] < 0 < at["compile"] < sum(found.iterations)
    _, once = run(tmp_path / "a.fs", 1)
    assert once is not None and len(once.iterations) == 1
    assert once.output != found.output, "the digest is of all iterations"


def test_what_is_told_is_the_same_on_every_tier(tmp_path: Path) -> None:
    """Output of all iterations and the number of guest instructions; not so the times."""
    tiers = ("switch", "threaded", "baseline")
    found = [run(tmp_path / "a.fs", 5, "--tier", tier, program=COUNTING)[1] for tier in tiers]
    assert len({each.output for each in found if each}) == 1
    assert len({each.instructions for each in found if each}) == 1
    assert [each.state["tier"] for each in found if each] == list(tiers)
    assert [each.state["words compiled"] == "0" for each in found if each] == [True, True, False]


def test_the_whole_state_is_told(tmp_path: Path) -> None:
    switches = ["--with", "warm-pools", "--without", "colon-inlining", "--physics", "starforth-head"]
    more = ["--physics-set", "loops=3", "--step-limit", "10M", "--files", "read"]
    _, found = run(tmp_path / "a.fs", 2, *switches, *more, program=COUNTING)
    assert found is not None
    state = found.state
    assert set(NAMES) <= set(state)
    assert (state["warm-pools"], state["colon-inlining"], state["stack-fusion"]) == ("on", "off", "on")
    assert (state["physics"], state["physics loops"]) == ("starforth-head", "3")
    assert "physics threshold" not in state, "only what differs from the preset"
    assert (state["limit of steps"], state["limit of time"], state["limit of files"]) == (
        "10000000",
        "none",
        "read",
    )
    assert state["foreign"] == "not allowed"
    assert state["image"] == "cache"
    assert state["steps"] == str(found.instructions)
    assert state["profile"] == "none"


def test_errors_and_statuses_are_those_of_a_run(tmp_path: Path) -> None:
    program = tmp_path / "a.fs"
    program.write_text(": main 1 0 / . ;\nmain\n")
    usual = subprocess.run(
        [sys.executable, "-m", "cupola", "run", str(program)], capture_output=True, text=True, timeout=60
    )
    done, found = run(program, 1)
    assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    assert usual.returncode == 1
    assert found is not None and found.iterations == (), "the iteration that failed is none"
    endless, _ = run(program, 3, "--step-limit", "1M", program=": main begin again ;\nmain\n")
    assert endless.returncode == 3
    assert "the limit of 1,000,000 steps is used up" in endless.stderr


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (": main\n  1 .\n;\n", "ends a definition"),
        (": main 1 2 ;\nmain\n", "leaves 2 cells"),
    ],
)
def test_lines_that_cannot_be_iterated_are_refused(program: str, said: str, tmp_path: Path) -> None:
    done, _ = run(tmp_path / "a.fs", 3, program=program)
    assert done.returncode == 2
    assert said in done.stderr and "a.fs" in done.stderr
    whole, found = run(tmp_path / "a.fs", 1)
    assert whole.returncode == 0
    assert found is not None and len(found.iterations) == 1


def test_a_missing_program_is_wrong_usage(tmp_path: Path) -> None:
    done, found = run(tmp_path / "none.fs", 1)
    assert (done.returncode, found) == (2, None)
    assert "cannot read" in done.stderr


def test_clocks_that_part_are_events(monkeypatch: pytest.MonkeyPatch) -> None:
    class System:
        placed = 0

    watch = guest.Watch()
    watch.look(System())
    assert watch.events == []
    now = clocks.now()
    monkeypatch.setattr(clocks, "now", lambda: now._replace(wall=now.wall + 3600))
    watch.look(System())
    ((_, kind, detail),) = watch.events
    assert kind == "clock"
    assert "the wall clock moved +36" in detail


def test_only_long_collections_of_garbage_are_events(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 1.0, 1.0005, 2.0, 2.25, 2.25])
    monkeypatch.setattr("time.perf_counter", lambda: next(times))
    watch = guest.Watch.__new__(guest.Watch)
    watch.zero, watch.lost, watch._noted = next(times), 0, []
    for phase in ("start", "stop") * 2:
        watch._collect(phase, {"generation": 2})
    assert watch.events == [(1.25, "collect", "generation 2, 250000 us")]


def test_more_events_than_are_kept_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guest, "MOST_EVENTS", 3)
    watch = guest.Watch()
    for number in range(10):
        watch.note("compile", str(number))
    assert [detail for _, _, detail in watch.events] == ["0", "1", "2", "7 more events after this"]


def experiment(**more: Any) -> Experiment:
    """An experiment of which nothing is asked."""
    given: dict[str, Any] = {
        "name": "x", "question": "?", "h0": "", "h1": "", "metric": "steady", "reference": "a", "arms": (),
        "workloads": (),
    }  # fmt: skip
    return Experiment(**{**given, **more})


def test_commands_of_both_kinds_of_arms(tmp_path: Path) -> None:
    work = Workload("w", "p/a.fs", ("x", "y"))
    path = str(tmp_path / "p" / "a.fs")
    ours = Arm("ours", ("--tier", "baseline", "--profile", "{base}/a.profile"))
    assert command_of(ours, work, experiment(), tmp_path) == [
        sys.executable, "-m", "cupola.lab.running.guest", "--tier", "baseline", "--profile", f"{tmp_path}/a.profile",
        path, "x", "y",
    ]  # fmt: skip
    other = Arm("other", command=("gforth", "{program}", "-e", "bye"))
    assert command_of(other, work, experiment(), tmp_path) == ["gforth", path, "x", "y", "-e", "bye"]
    module = Arm("module", command=("{python}", "-m", "m"))
    assert command_of(module, Workload("w", arguments=("8",)), experiment(), tmp_path) == [
        sys.executable, "-m", "m", "8",
    ]  # fmt: skip
