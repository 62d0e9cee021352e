"""Runs an experiment on many machines, the workers of a cluster of dask.distributed.

A machine runs whole blocks, one at a time, as `runner` does; so what differs between machines meets all arms alike, and
the analysis takes the machine for a factor of its own. Which block runs where follows from who is free. Every machine
must have the experiment's files at the same paths, with the contents that they have here, and the same Cupola: that is
looked at before anything runs. A block comes back as a whole: if a worker dies, its block runs again elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cupola
from cupola.lab.errors import LabError
from cupola.lab.experiment.files import files_of
from cupola.lab.experiment.spec import Experiment
from cupola.lab.running import conditions
from cupola.lab.running.alone import alone
from cupola.lab.running.blocks import plan
from cupola.lab.running.progress import Progress
from cupola.lab.running.records import ProcessRecord
from cupola.lab.running.runner import SILENT, run

CONNECT = 20.0  # seconds in which a scheduler must answer
LOOK = 5.0  # seconds after which it is seen whether workers are still there
MOST_DEATHS = 3  # of workers that ran the same block: then it is the block


class ClusterError(LabError):
    """The cluster cannot run the experiment; what came back before is kept."""

    status = 1


@dataclass(frozen=True)
class Seen:
    """What a worker says of where it is: its machine, Cupola's version there, and the digests of the files."""

    machine: str
    version: str
    files: Mapping[str, str]


def run_on_cluster(
    address: str,
    experiment: Experiment,
    *,
    base: Path,
    done: Sequence[ProcessRecord] = (),
    keep: Callable[[ProcessRecord], None],
    progress: Progress = SILENT,
    pin: bool = True,
) -> None:
    """As `runner.run`, on the workers of the scheduler at `address` (such as tcp://host:8786). Raises ClusterError."""
    base = base.resolve()
    steps = plan(experiment, done)
    if not steps:
        return
    with connected(address) as client:
        work = Work(experiment, str(base), list(done), pin)
        crew = Crew(client, work, machines(client, experiment, base), progress)
        progress.begin(steps, done)
        try:
            for records in crew.run(sorted({each.block for each in steps})):
                for record in records:
                    keep(record)
                    progress.saw(record)
        finally:
            progress.close()


def look(experiment: Experiment, base: str) -> Seen:
    """Runs on a worker: where it is."""
    return Seen(conditions.machine(), cupola.__version__, files_of(experiment, Path(base)))


def run_block(
    experiment: Experiment, base: str, block: int, done: Sequence[ProcessRecord], pin: bool
) -> list[ProcessRecord]:
    """Runs on a worker: what is missing of a block, with nothing else of the lab on that machine."""
    records: list[ProcessRecord] = []
    with alone():
        run(experiment, base=Path(base), done=done, keep=records.append, blocks=(block,), pin=pin)
    return records


def needed(done: Sequence[ProcessRecord], block: int) -> list[ProcessRecord]:
    """Of the processes that have run, those that a block needs: its own, and one for each workload, whose output the
    others must have."""
    first = {each.workload: each for each in reversed(done) if each.problem is None}
    return [each for each in done if each.block == block or each is first.get(each.workload)]


@dataclass(frozen=True)
class Work:
    """What is run, and what has run before."""

    experiment: Experiment
    base: str
    done: list[ProcessRecord]
    pin: bool

    def arguments(self, block: int) -> tuple[Any, ...]:
        """The arguments of `run_block`."""
        return self.experiment, self.base, block, needed(self.done, block), self.pin


class Crew:
    """The machines of a cluster, each with at most one block. `machines`: name -> addresses of the workers there."""

    def __init__(
        self, client: Any, work: Work, machines: Mapping[str, list[str]], progress: Progress
    ) -> None:
        self._client = client
        self._work = work
        self._machines = {name: list(addresses) for name, addresses in machines.items()}
        self._progress = progress
        self._free = list(machines)
        self._out: dict[Any, tuple[int, str]] = {}  # what is running -> its block, its machine
        self._deaths: Counter[int] = Counter()

    def run(self, blocks: Sequence[int]) -> Iterator[list[ProcessRecord]]:
        """Run the blocks; the records of each as it comes back. Raises ClusterError."""
        waiting = list(blocks)
        try:
            while waiting or self._out:
                while (pair := self._pick(waiting)) is not None:
                    waiting.remove(pair[0])
                    self._send(*pair)
                if not self._out:
                    raise ClusterError(
                        f"no worker of the cluster is left, and {len(waiting)} blocks have not run. What came back is "
                        "kept: run the same command again when there are workers"
                    )
                for future in self._ended():
                    block, machine = self._out.pop(future)
                    records = self._take(future, block, machine)
                    if self._machines[machine]:
                        self._free.append(machine)
                    if records is None:
                        waiting.insert(0, block)
                    else:
                        yield records
        finally:
            for future in self._out:
                future.cancel()

    def _pick(self, waiting: Sequence[int]) -> tuple[int, str] | None:
        """A block and the free machine that runs it. What a machine began in an earlier run it ends, if it is there:
        such a block waits for it."""
        began = {each.block: each.machine for each in self._work.done}
        for block in waiting:
            machine = began.get(block)
            if machine in self._free:
                return block, machine
            if self._free and not self._machines.get(machine or ""):
                return block, self._free[0]
        return None

    def _send(self, block: int, machine: str) -> None:
        self._free.remove(machine)
        future = self._client.submit(
            run_block, *self._work.arguments(block), workers=self._machines[machine][:1], pure=False
        )
        self._out[future] = block, machine

    def _ended(self) -> list[Any]:
        """What came back, or never will since its worker is gone."""
        import distributed

        wait: Any = distributed.wait
        try:
            return list(wait(list(self._out), timeout=LOOK, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            there = self._client.scheduler_info(n_workers=-1)["workers"]
            return [each for each, (_, name) in self._out.items() if self._machines[name][0] not in there]

    def _take(self, future: Any, block: int, machine: str) -> list[ProcessRecord] | None:
        """The records of a block that came back; None if its worker died. Raises ClusterError for what else failed."""
        from distributed import KilledWorker

        if future.status == "finished":
            records: list[ProcessRecord] = future.result()
            return records
        error = future.exception() if future.status == "error" else None
        if error is not None and not isinstance(error, KilledWorker):
            raise ClusterError(f"block {block} on {machine}: {type(error).__name__}: {error}") from error
        future.cancel()
        gone = self._machines[machine].pop(0)
        self._deaths[block] += 1
        if self._deaths[block] == MOST_DEATHS:
            raise ClusterError(
                f"block {block} ended {MOST_DEATHS} workers, the last on {machine}; what came back before is kept. See "
                "whether its processes use up the memory there"
            )
        self._progress.note(f"the worker {gone} on {machine} is gone: block {block} runs again elsewhere")
        return None


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler. Raises ClusterError if none answers."""
    import distributed

    client_of: Any = distributed.Client
    try:
        client = client_of(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"--cluster {address}: expected the address of a scheduler of dask.distributed, such as "
            f"tcp://host:8786, but none answers ({error}); to start one: dask scheduler, and on each machine: dask "
            "worker ADDRESS"
        ) from error
    with client, client.as_current():
        yield client


def machines(client: Any, experiment: Experiment, base: Path) -> dict[str, list[str]]:
    """The machines of a cluster, by name, with the addresses of the workers of each. Raises ClusterError where there is
    none, or one that differs from here in what matters."""
    ours = look(experiment, str(base))
    found: dict[str, list[str]] = {}
    for address, seen in sorted(client.run(look, experiment, str(base), on_error="return").items()):
        if not isinstance(seen, Seen):
            raise ClusterError(
                f"the worker {address}: {type(seen).__name__}: {seen}. Every machine needs Cupola {ours.version} with "
                f"its extra, and the experiment's files in {base}"
            )
        if seen.version != ours.version:
            raise ClusterError(
                f"the worker {address} has Cupola {seen.version}, here it is {ours.version}: arms would not be the "
                f"same; there: pip install 'cupola[lab,cluster]=={ours.version}'"
            )
        different = [name for name in ours.files if seen.files.get(name) != ours.files[name]]
        if different:
            raise ClusterError(
                f"the worker {address}: other contents than here of {', '.join(different)} (in {base}): bring the same "
                "files there"
            )
        found.setdefault(seen.machine, []).append(address)
    if not found:
        raise ClusterError("the cluster has no workers; on each machine: dask worker ADDRESS")
    return found
