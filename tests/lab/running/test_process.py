"""One process: what it costs, how it ends, and what is done about one that does not."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from cupola.lab.running.clocks import Moment
from cupola.lab.running.process import Finished, disturbance, failure, run_process


def python(code: str, timeout: float = 60.0, **more: object) -> Finished:
    """What running some Python came to."""
    return run_process([sys.executable, "-S", "-c", code], timeout=timeout, **more)  # type: ignore[arg-type]  # by name


def test_what_a_process_used_and_wrote() -> None:
    done = python("import sys; sum(range(10**6)); print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (done.stdout, done.stderr, done.status, done.problem) == (b"out\n", b"err\n", 3, None)
    assert done.wall > 0
    assert 0 < done.user <= done.cpu


def test_its_peak_memory_is_its_own_also_when_it_gave_it_back() -> None:
    """More than this process has; and a small one has less, though the kernel counts ours in."""
    ours = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
    most = ours + (40 << 20)
    done = python(f"x = bytearray({most}); del x")
    assert most < done.memory < most + (40 << 20)
    small = python("import time; time.sleep(0.05)")
    assert 4 << 20 < small.memory < ours
    within = run_process(
        ["sh", "-c", f"{sys.executable} -S -c 'import time; time.sleep(0.2)'; true"], timeout=60
    )
    assert 4 << 20 < within.memory < ours


def test_it_reads_what_it_is_given_and_otherwise_nothing() -> None:
    code = "import sys; print(repr(sys.stdin.read()))"
    assert python(code).stdout == b"''\n"
    assert python(code, stdin=b"a\nb").stdout == b"'a\\nb'\n"


def test_its_environment_and_directory(tmp_path: Path) -> None:
    code = "import os; print(os.environ['LAB'], 'PATH' in os.environ, os.getcwd())"
    done = python(code, environment={"LAB": "here"}, directory=tmp_path)
    assert done.stdout.decode() == f"here True {tmp_path}\n"


def test_it_may_use_the_cpus_that_it_gets_and_ours_stay() -> None:
    before = os.sched_getaffinity(0)
    one = min(before)
    assert python("import os; print(os.sched_getaffinity(0))", cpus={one}).stdout.decode() == f"{{{one}}}\n"
    assert os.sched_getaffinity(0) == before


def test_a_command_that_does_not_exist() -> None:
    done = run_process(["/absent/command"], timeout=1)
    assert done.problem is not None
    assert done.problem.startswith("does not start: ")
    assert "/absent/command" in done.problem
    assert "does not start" in (run_process(["nul\0"], timeout=1).problem or "")


def test_one_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import os, time; open({str(child)!r}, 'w').write(str(os.fork() or os.getpid())); time.sleep(600)"
    done = python(code, timeout=0.5)
    assert done.problem == "still running after 0.5 s"
    assert done.status == -9
    assert gone(int(child.read_text()))


def test_what_a_process_leaves_behind_is_killed_when_it_ends(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"import os, time; p = os.fork(); p or time.sleep(600); open({str(child)!r}, 'w').write(str(p))"
    assert python(code).problem is None
    assert gone(int(child.read_text()))


def gone(pid: int) -> bool:
    """Whether a process is dead within ten seconds, perhaps not waited for by whoever inherited it."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


def test_a_flood_is_stopped() -> None:
    done = python("while True: print('x' * 100_000)", most_output=1_000_000)
    assert done.problem == "killed: it wrote more than 1,000,000 bytes"
    assert done.status == -9


def test_output_that_nobody_wants_goes_nowhere() -> None:
    done = python("print('x' * 1_000_000)", keep_output=False, most_output=10)
    assert (done.stdout, done.problem, done.status) == (b"", None, 0)


def test_an_interruption_kills_the_process(tmp_path: Path) -> None:
    child = tmp_path / "child"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            python(f"import os, time; open({str(child)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert gone(int(child.read_text()))


@pytest.mark.parametrize(
    ("status", "errors", "said"),
    [
        (0, b"warning", None),
        (1, b"a\nno such thing\n\n", "exit status 1: no such thing"),
        (-11, b"", "killed by signal 11: nothing on standard error"),
    ],
)
def test_what_an_exit_status_says(status: int, errors: bytes, said: str | None) -> None:
    assert failure(status, errors) == said


def test_a_crash_is_told_by_its_signal() -> None:
    done = python("import os; os.abort()")
    assert (done.status, done.problem) == (-6, None)


BEFORE = Moment(100.0, 5_000.0, 200.0)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (Moment(101.0, 5_001.0, 201.0), None),
        (Moment(200.0, 5_100.05, 300.0), None),  # a clock that is being set right
        (Moment(101.0, 5_004.2, 201.0), "the wall clock jumped by +3.2 s while it ran"),
        (Moment(101.0, 4_000.0, 201.0), "the wall clock jumped by -1001.0 s while it ran"),
        (Moment(101.0, 5_031.0, 231.0), "the machine was suspended for 30.0 s while it ran"),
    ],
)
def test_clocks_that_part(after: Moment, said: str | None) -> None:
    assert disturbance(BEFORE, after) == said


def test_a_clock_that_jumps_is_the_process_problem() -> None:
    moments = iter([BEFORE, Moment(101.0, 5_011.0, 201.0)])
    done = python("pass", clocks=lambda: next(moments))
    assert done.problem == "the wall clock jumped by +10.0 s while it ran"
    assert (done.wall, done.status) == (1.0, 0)
