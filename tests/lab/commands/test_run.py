"""`cupola lab run`: from the registration to the verdict, with planted times: each exit status, interruption, resume.

The programs tell the iterations that they are told to tell, so nothing here depends on how fast the machine is.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyperf
import pytest

from cupola.cli.main import main
from cupola.lab.commands.stopping import terminable
from cupola.lab.experiment.spec import Experiment
from cupola.lab.journal.store import A_A, COMPARISON, Journal
from cupola.lab.running import runner
from tests.cli.support import command, environment

# Tells iterations of about FACTOR seconds; noise depends on how many processes of the arm have run.
PROGRAM = """
import os
arm = os.environ["ARM"]
count = sum(name.startswith(arm) for name in os.listdir("seen"))
open(f"seen/{arm}{count}", "w").close()
state = 7919 * (count + 1)

def noise(spread):
    global state
    found = -6
    for _ in range(12):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found += state / 2**64
    return 1 + spread * found

level = float(os.environ["FACTOR"]) * noise(float(os.environ.get("SPREAD", "0.01")))
iterations = [level * noise(0.002) for _ in range(40)]
exec(os.environ.get("MORE", ""))
with open(os.environ["CUPOLA_LAB_FILE"], "w") as file:
    print('{"format": 1, "iterations": %s, "events": [], "state": {"kind": "%s"}, "instructions": null, "output": ""}'
          % (iterations, os.environ.get("KIND", "planted")), file=file)
print("done")
"""


def experiment(directory: Path, *, b: str = "", processes: int = 6, **variables: str) -> Path:
    """The file of an experiment with arms a and b, b with `variables`; `b` is more of its table."""
    (directory / "seen").mkdir(exist_ok=True)
    (directory / "work.py").write_text(PROGRAM)
    shown = ", ".join(f"{key} = {json.dumps(value)}" for key, value in {"ARM": "b", **variables}.items())
    path = directory / "planted.toml"
    path.write_text(f"""\
name = "planted"
question = "Is b faster?"
h0 = "no"
h1 = "yes"
metric = "steady"
iterations = 40
reference = "a"
processes = {processes}
timeout = 30
seed = 5
[[arms]]
name = "a"
command = ["{{python}}", "-S", "{{program}}"]
environment = {{ ARM = "a", FACTOR = "1.0" }}
[[arms]]
name = "b"
command = ["{{python}}", "-S", "{{program}}"]
environment = {{ {shown} }}
{b}
[[workloads]]
name = "work"
program = "work.py"
[[predictions]]
arm = "b"
low = 1.5
high = 3
confidence = 0.9
""")
    return path


def lab(*arguments: str | Path) -> int:
    return main(["lab", *map(str, arguments)])


def registered(path: Path) -> Path:
    assert lab("register", path) == 0
    return path


def kept(path: Path, purpose: str = COMPARISON) -> int:
    with Journal(path.parent / "journal.db", create=False) as journal:
        return len(journal.records("planted", purpose))


@pytest.mark.parametrize(
    ("variables", "status", "text"),
    [
        ({"FACTOR": "0.5"}, 0, "accepted: ratio "),
        ({"FACTOR": "0.995", "SPREAD": "0.05"}, 10, "conditional: ratio "),
        ({"FACTOR": "1.5"}, 11, "rejected: ratio "),
        (
            {"FACTOR": "0.5", "MORE": "print('more')"},
            12,
            "b on work does not mean what a does: output: line 1 is 'more'",
        ),
        ({"FACTOR": "0.5", "MORE": "iterations[-8:] = [9 * level] * 8"}, 13, "no steady state: "),
    ],
)
def test_each_verdict_has_its_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], variables: dict[str, str], status: int, text: str
) -> None:
    path = registered(experiment(tmp_path, b="", processes=6, **variables))
    assert lab("run", path, "--export-json", tmp_path / "x.json") == status
    out = capsys.readouterr().out
    assert text in out
    with Journal(tmp_path / "journal.db", create=False) as journal:
        *_, (_, last) = journal.analyses("planted")
        ends = [each.ended for each in journal.runs("planted")]
    assert last.verdict.status == status
    assert set(ends) == {"complete"}
    if status == 0:
        benchmark = pyperf.BenchmarkSuite.load(str(tmp_path / "x.json")).get_benchmark("b")
        assert benchmark.get_nrun() == 6
        assert 0.4 < benchmark.mean() < 0.6
        assert "as predicted: 1.5 to 3 with confidence 0.9" in out
        assert "A/A on this machine: a against itself differs at alpha 0.05 in" in out
        assert (kept(path), kept(path, A_A)) == (12, 12)
    if status == 12:
        assert "ratio" not in out.partition("to run it")[2]
        assert kept(path) == 0
        assert not (tmp_path / "x.json").exists()


def test_what_has_run_is_not_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = registered(experiment(tmp_path, FACTOR="0.5", processes=5))
    assert lab("run", path, "--no-aa") == 0
    first = capsys.readouterr().out.partition("to run it")[2].partition("\n")[2]
    seen = len(os.listdir(tmp_path / "seen"))
    assert lab("run", path, "--no-aa") == 0
    done = capsys.readouterr()
    assert done.out == first
    assert "all of its processes have run" in done.err
    assert len(os.listdir(tmp_path / "seen")) == seen
    assert (kept(path), kept(path, A_A)) == (10, 0)


def test_what_went_wrong_is_in_no_figure_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crash = "count == 4 and os.kill(os.getpid(), 11)"
    path = registered(experiment(tmp_path, FACTOR="0.5", MORE=crash, processes=6))
    assert lab("run", path, "--no-aa") == 10
    done = capsys.readouterr()
    assert "1 of b on work: killed by signal 11: nothing on standard error" in done.out
    assert "block 4: b on work: killed by signal 11" in done.err
    assert "6 + 5" in done.out
    assert kept(path) == 12


def test_a_state_that_was_not_declared_voids_every_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = registered(
        experiment(tmp_path, FACTOR="0.5", KIND="other", b='state = { kind = "planted" }', processes=2)
    )
    assert lab("run", path, "--no-aa") in (10, 13)
    assert "2 of b on work: state: kind is 'other', expected 'planted'" in capsys.readouterr().out


def test_an_experiment_that_is_not_registered_or_was_edited_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = experiment(tmp_path, FACTOR="0.5")
    assert lab("run", path) == 1
    assert "cupola lab register" in capsys.readouterr().err
    registered(path)
    path.write_text(path.read_text().replace("processes = 6", "processes = 9"))
    assert lab("run", path) == 2
    err = capsys.readouterr().err
    assert "-processes = 6" in err
    assert "+processes = 9" in err
    assert not os.listdir(tmp_path / "seen")


def started(path: Path, own_lock: Path) -> subprocess.Popen[str]:
    """A run in a process of its own, after it has kept something."""
    run = subprocess.Popen(
        command("lab", "run", str(path), "--no-aa"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(TMPDIR=str(own_lock)),
    )  # fmt: skip
    assert run.stderr is not None
    for line in run.stderr:
        if "block 2 done" in line:
            return run
    raise AssertionError(f"it has ended with {run.wait()}")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_what_is_kept_and_goes_on(
    tmp_path: Path, own_lock: Path, sign: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    path = registered(experiment(tmp_path, FACTOR="0.5", processes=12))
    run = started(path, own_lock)
    run.send_signal(sign)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    found = re.search(
        r"interrupted: (\d+) of 24 processes have run and are kept; for the rest: cupola lab run", err
    )
    assert found
    assert 4 <= int(found[1]) == kept(path) < 24
    with Journal(tmp_path / "journal.db", create=False) as journal:
        assert [each.ended for each in journal.runs("planted")] == ["interrupted"]
    before = len(os.listdir(tmp_path / "seen"))
    assert lab("run", path, "--no-aa") == 0
    assert kept(path) == 24
    ran = len(os.listdir(tmp_path / "seen")) - before
    assert ran == 24 - int(found[1]) + 2  # gate 0 runs both arms again


def test_a_killed_run_loses_at_most_the_process_in_flight(tmp_path: Path, own_lock: Path) -> None:
    path = registered(experiment(tmp_path, FACTOR="0.5", processes=12))
    run = started(path, own_lock)
    run.kill()
    run.communicate(timeout=60)
    time.sleep(0.3)  # what was in flight ends by itself
    seen, found = len(os.listdir(tmp_path / "seen")) - 2, kept(path)
    assert 4 <= found <= seen <= found + 1
    with Journal(tmp_path / "journal.db", create=False) as journal:
        assert [each.ended for each in journal.runs("planted")] == [""]
    assert lab("run", path, "--no-aa") == 0
    assert kept(path) == 24


def test_commands_of_the_lab_are_not_run_where_they_are_not_needed() -> None:
    """`cupola lab run` of something that is not there imports no library of numbers."""
    code = "import sys; from cupola.cli.main import main; main(['lab', 'run', 'absent']); print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert done.stdout == "False\n"


def test_without_the_extra_it_says_so_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cupola.lab.commands.outcome.find_spec", lambda name: None)
    path = registered(experiment(tmp_path, FACTOR="0.5"))
    capsys.readouterr()
    for arguments in (["run", str(path)], ["compare", "true", "true"]):
        assert lab(*arguments) == 2
        assert "pip install 'cupola[lab]'" in capsys.readouterr().err
    assert not os.listdir(tmp_path / "seen")


def test_an_ignored_hang_up_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminable():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_blocks_may_run_on_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, Path, int]] = []

    def on_cluster(address: str, made: Experiment, **more: Any) -> None:
        asked.append((address, made.arms[1].name, more["base"], len(more["done"])))
        runner.run(made, base=more["base"], done=more["done"], keep=more["keep"])

    monkeypatch.setattr("cupola.lab.running.cluster.run_on_cluster", on_cluster)
    path = registered(experiment(tmp_path, FACTOR="0.5", processes=3))
    assert lab("run", path, "--cluster", "tcp://here:1") == 0
    assert asked == [("tcp://here:1", "a (again)", tmp_path, 0), ("tcp://here:1", "b", tmp_path, 0)]
    assert (kept(path), kept(path, A_A)) == (6, 6)
