"""Experiments on a cluster of dask.distributed, which each test starts on this machine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import cupola
from cupola.cli.main import main
from cupola.lab.errors import LabError
from cupola.lab.journal.database import NAME
from cupola.lab.journal.store import A_A, Journal
from cupola.lab.running import alone, cluster, conditions
from cupola.lab.running.cluster import ClusterError, Seen, machines, needed, run_on_cluster
from cupola.lab.running.progress import Progress
from cupola.lab.running.records import ProcessRecord
from tests.lab.running.experiments import experiment

EXPERIMENT = """
name = "spread"
question = "Is b faster?"
h0 = "no"
h1 = "yes"
metric = "total"
reference = "a"
processes = 3
timeout = 30
[[arms]]
name = "a"
command = ["{python}", "-S", "{program}"]
[[arms]]
name = "b"
command = ["{python}", "-S", "-E", "{program}"]
[[workloads]]
name = "work"
program = "work.py"
"""

distributed: Any = pytest.importorskip("distributed")


@contextmanager
def local(**more: object) -> Iterator[str]:
    """The address of a cluster with two workers."""
    usual = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(**{**usual, **more}) as made:
        yield made.scheduler_address


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for that does not come, and measurements of others do not make a test wait."""
    monkeypatch.setattr(alone, "lock_file", lambda: tmp_path / "lock")
    monkeypatch.setattr(cluster, "LOOK", 0.1)
    monkeypatch.setattr(cluster, "CONNECT", 10.0)


class Notes(Progress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_workers_that_are_processes_of_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cluster for all, since it takes seconds to start."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where its workers have their lock
    with local() as address:
        they_measure_one_after_the_other(tmp_path, address)
        a_block_whose_worker_died_runs_again(tmp_path, address)
        a_block_that_ends_every_worker_is_given_up(tmp_path, address)


def they_measure_one_after_the_other(base: Path, address: str) -> None:
    made = experiment(base, "time.sleep(0.05); print(1)", processes=4)
    records: list[ProcessRecord] = []
    run_on_cluster(address, made, base=base, keep=records.append)
    assert sorted((each.block, each.arm) for each in records) == list(itertools.product((1, 2, 3, 4), "ab"))
    assert [each.problem for each in records] == [None] * 8
    assert {each.machine for each in records} == {conditions.machine()}
    times = sorted((datetime.fromisoformat(each.started).timestamp(), each.wall) for each in records)
    for (start, wall), (after, _) in itertools.pairwise(times):
        assert after >= start + wall - 0.002, "the times of two processes overlap"


def a_block_whose_worker_died_runs_again(base: Path, address: str) -> None:
    code = """
if not os.path.exists("died"):
    open("died", "w").close()
    os.kill(os.getppid(), 9)
print(1)
"""
    records: list[ProcessRecord] = []
    progress = Notes()
    made = experiment(base, code, processes=2)
    run_on_cluster(address, made, base=base, keep=records.append, progress=progress)
    assert sorted((each.block, each.arm) for each in records) == list(itertools.product((1, 2), "ab"))
    (note,) = progress.notes
    assert "is gone: block " in note


def a_block_that_ends_every_worker_is_given_up(base: Path, address: str) -> None:
    made = experiment(base, "os.kill(os.getppid(), 9)", processes=2)
    with pytest.raises(ClusterError, match=r"no worker of the cluster is left|ended 3 workers"):
        run_on_cluster(address, made, base=base, keep=lambda record: None)


def test_blocks_stay_on_one_machine_and_a_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers in this process are taken for two machines."""

    def machine() -> str:
        return f"machine-{distributed.get_worker().name}"

    def both(client: Any, *_: object) -> dict[str, list[str]]:
        workers = client.scheduler_info()["workers"].items()
        return {f"machine-{each['name']}": [address] for address, each in workers}

    monkeypatch.setattr(conditions, "machine", machine)
    monkeypatch.setattr(cluster, "machines", both)
    monkeypatch.setattr(alone, "lock_file", lambda: tmp_path / f"lock-{machine()}")
    made = experiment(tmp_path, "time.sleep(0.05); print(1)", processes=8)
    records: list[ProcessRecord] = []
    with local(processes=False) as address:
        run_on_cluster(address, made, base=tmp_path, keep=records.append)
        where = {(each.block, each.machine) for each in records}
        assert len(records) == 16
        assert len(where) == 8, "each block on one machine"
        assert {name for _, name in where} == {"machine-0", "machine-1"}
        kept = [each for each in records if each.block != 5 and (each.block, each.arm) != (6, "a")]
        again: list[ProcessRecord] = []
        run_on_cluster(address, made, base=tmp_path, done=kept, keep=again.append)
    assert sorted((each.block, each.arm) for each in again) == [(5, "a"), (5, "b"), (6, "a")]
    began = next(each.machine for each in kept if each.block == 6)
    assert next(each.machine for each in again if each.block == 6) == began
    run_on_cluster(
        "tcp://nobody:1", made, base=tmp_path, done=records, keep=again.append
    )  # nothing is missing


def test_the_command_runs_on_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "work.py").write_text("print(1)", encoding="utf-8")
    path = tmp_path / "spread.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    assert main(["lab", "register", str(path)]) == 0
    with local(processes=False) as address:
        assert main(["lab", "run", str(path), "--cluster", address]) in (0, 10, 11)
    with Journal(tmp_path / NAME, create=False) as journal:
        assert len(journal.records("spread")) == len(journal.records("spread", A_A)) == 6
        assert [each.ended for each in journal.runs()] == ["complete", "complete"]
    assert "[6/6] block " in capsys.readouterr().err


def test_what_keep_raises_ends_the_run(tmp_path: Path) -> None:
    def full(record: ProcessRecord) -> None:
        raise LabError("the disk is full")

    made = experiment(tmp_path, "print(1)")
    with local(processes=False) as address, pytest.raises(LabError, match="the disk is full"):
        run_on_cluster(address, made, base=tmp_path, keep=full)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://"])
def test_no_scheduler(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 0.2)
    with pytest.raises(ClusterError, match="expected the address of a scheduler of dask"):
        run_on_cluster(address, experiment(tmp_path, "print(1)"), base=tmp_path, keep=lambda record: None)


class Workers:
    """A client whose workers say what the test wants."""

    def __init__(self, *found: object) -> None:
        self.found = found

    def run(self, function: Callable[..., object], *arguments: object, on_error: str) -> dict[str, object]:
        assert on_error == "return"
        return {f"tcp://{number}": each for number, each in enumerate(self.found)}


def test_workers_must_be_like_here(tmp_path: Path) -> None:
    made = experiment(tmp_path, "print(1)")
    like = cluster.look(made, str(tmp_path))
    assert set(like.files) == {"work.py"}
    other = Seen("m2", cupola.__version__, like.files)
    found = machines(Workers(like, other, like), made, tmp_path)
    assert found == {like.machine: ["tcp://0", "tcp://2"], "m2": ["tcp://1"]}
    for workers, message in (
        ((), "the cluster has no workers"),
        ((like, Seen("m2", "0.0.1", like.files)), "the worker tcp://1 has Cupola 0.0.1, here it is"),
        ((Seen("m2", cupola.__version__, {"work.py": "0"}),), "other contents than here of work.py"),
        ((Seen("m2", cupola.__version__, {}),), "other contents than here of work.py"),
        (
            (ModuleNotFoundError("No module named 'cupola'"),),
            "tcp://0: ModuleNotFoundError: No module named 'cupola'",
        ),
    ):
        with pytest.raises(ClusterError, match=message):
            machines(Workers(*workers), made, tmp_path)


def test_what_a_block_needs_of_what_has_run() -> None:
    def record(block: int, arm: str, workload: str, problem: str | None = None) -> ProcessRecord:
        return ProcessRecord(block, arm, workload, "m", "", 1.0, 1.0, 1, 0, 0.0, problem)

    done = [record(1, "a", "x", "broken"), record(1, "b", "x"), record(1, "a", "y"), record(2, "a", "x")]
    assert needed(done, 2) == [done[1], done[2], done[3]]
    assert needed(done, 1) == done[:3]
