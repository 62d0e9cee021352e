"""Runs one process and says what it cost: the only place of the lab that starts what is measured.

The driver sleeps while the process runs (it waits on a descriptor of the process, and wakes ever more rarely to look at
the time, the memory and the output), so what it costs is the start. Whoever changes what happens between the two looks
at the clocks changes what every figure means.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from cupola.lab.running.clocks import Moment, drift, now
from cupola.lab.running.output import last_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_OUTPUT = 64 << 20
"""Bytes of output, and of errors, beyond which a process is killed: it floods."""

FIRST_LOOK = 0.0005  # seconds after the start; every later look comes after twice the time
LONGEST_SLEEP = 0.25
SLACK = 1 << 20  # bytes: what the kernel's counts of memory may be off


@dataclass(frozen=True)
class Finished:
    """How a process went. Times in seconds, memory in bytes, `status` as Python tells it (-N: killed by signal N).

    `problem`: it did not start, was killed by us at the time-out or for a flood, or a clock jumped; how it ended by
    itself is for `failure` to judge. `memory` is exact above the driver's own peak. Below it is the greatest value
    seen while the process and its children ran, since the kernel counts the driver's memory in until a process is its
    own program; and the driver's peak, which is too much, if it ended before it could be looked at.
    """

    wall: float
    cpu: float
    user: float
    memory: int
    status: int
    stdout: bytes
    stderr: bytes
    problem: str | None = None


def run_process(
    command: Sequence[str],
    *,
    timeout: float,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    directory: str | os.PathLike[str] | None = None,
    cpus: Collection[int] | None = None,
    keep_output: bool = True,
    most_output: int = MOST_OUTPUT,
    pass_fds: Collection[int] = (),
    clocks: Callable[[], Moment] = now,
) -> Finished:
    """Run a command in a process group of its own, and kill what is left of the group when the process has ended.

    `timeout` in seconds; `environment` is added to ours; `cpus` are those that the process may use. Without
    `keep_output` its output and errors go nowhere. Never raises for what the command does.
    """
    with ExitStack() as stack:
        out = _place(stack, keep_output)
        err = _place(stack, keep_output)
        source = _source(stack, stdin)
        floor = _peak(os.getpid())
        before = clocks()
        try:
            with _confined(cpus):
                process = subprocess.Popen(
                    list(command), stdin=source, stdout=out, stderr=err, process_group=0, cwd=directory,
                    env=None if environment is None else {**os.environ, **environment}, pass_fds=tuple(pass_fds),
                )  # fmt: skip
        except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
            return Finished(0.0, 0.0, 0.0, 0, 127, b"", b"", f"does not start: {error}")
        files = [each for each in (out, err) if not isinstance(each, int)]
        seen = 0
        problem = None
        try:
            problem, seen = _watch(process.pid, timeout, files, most_output)
            after = clocks()
        finally:
            _kill(process.pid)
            _, waited, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(waited)
        peak = usage.ru_maxrss * 1024
        return Finished(
            wall=after.monotonic - before.monotonic,
            cpu=usage.ru_utime + usage.ru_stime,
            user=usage.ru_utime,
            memory=seen if seen and peak <= floor + SLACK else peak,
            status=process.returncode,
            stdout=_written(out),
            stderr=_written(err),
            problem=problem or disturbance(before, after),
        )


def failure(status: int, errors: bytes | str) -> str | None:
    """What an exit status says is wrong, with the last line of the errors; None for 0."""
    if status == 0:
        return None
    how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
    return f"{how}: {last_line(errors)}"


def disturbance(before: Moment, after: Moment) -> str | None:
    """What the clocks say happened to the machine between two moments, or None."""
    passed = after.monotonic - before.monotonic
    apart = drift(before, after)
    if apart["boot"] > 0.01:
        return f"the machine was suspended for {apart['boot']:.1f} s while it ran"
    # A clock that is being set right gradually is at most 0.05 % off.
    if abs(apart["wall"]) > 0.1 + 0.001 * passed:
        return f"the wall clock jumped by {apart['wall']:+.1f} s while it ran"
    return None


def _watch(pid: int, timeout: float, files: Collection[IO[bytes]], most: int) -> tuple[str | None, int]:
    """Sleep until the process ends (it stays to be waited for) or has to be killed: why, and its peak memory as far as
    it was seen."""
    deadline = time.monotonic() + timeout
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    seen = 0
    sleep = FIRST_LOOK
    try:
        while not poll.poll(1000 * max(0.0, min(sleep, deadline - time.monotonic()))):
            if sleep > 2 * FIRST_LOOK:  # before, its program is still being loaded
                seen = max(seen, *map(_peak, _tree(pid)))
            sleep = min(2 * sleep, LONGEST_SLEEP)
            if any(os.fstat(each.fileno()).st_size > most for each in files):
                return f"killed: it wrote more than {most:,} bytes", seen
            if time.monotonic() >= deadline:
                return f"still running after {timeout:g} s", seen
        return None, seen
    finally:
        os.close(descriptor)


def _kill(group: int) -> None:
    """Kill a process and what it has started; its leader has not been waited for, so the id names nobody else."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # all of it is gone, or what is left belongs to another user


def _tree(pid: int) -> Iterator[int]:
    """A process and what it has started, as far as Linux tells."""
    yield pid
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
    except OSError:
        return  # it ended between two looks, or this Linux does not tell
    for each in children:
        yield from _tree(int(each))


def _peak(pid: int) -> int:
    """The peak memory of a process, in bytes; 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        return 0  # it ended between two looks
    return 0


@contextmanager
def _confined(cpus: Collection[int] | None) -> Iterator[None]:
    """What is started meanwhile may use these CPUs only."""
    if cpus is None:
        yield
        return
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


def _place(stack: ExitStack, keep: bool) -> IO[bytes] | int:
    return stack.enter_context(tempfile.TemporaryFile()) if keep else subprocess.DEVNULL


def _source(stack: ExitStack, data: bytes) -> IO[bytes] | int:
    if not data:
        return subprocess.DEVNULL
    file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # it is: `stack` closes it
    file.write(data)
    file.seek(0)
    return file


def _written(file: IO[bytes] | int) -> bytes:
    if isinstance(file, int):
        return b""
    file.seek(0)
    return file.read(MOST_OUTPUT)
