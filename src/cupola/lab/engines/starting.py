"""`cupola bench start`: how long `cupola run` of a one-line program takes, the first time and every later time.

The first time is measured with an empty cache, later times with a full one, each beside an interpreter that does
nothing. Byte code is written and used, as in any installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cupola.lab.bench.programs import Program, UsageError
from cupola.lab.bench.report import Report, Setting, Table
from cupola.lab.running.output import difference
from cupola.lab.running.process import Finished, failure, run_process

HELLO = ': hello ( -- )  ." Hello from the furnace." cr ;\n\nhello\n'
EXPECTED = "Hello from the furnace."
LATER = 4  # starts for each of the runs asked for
MOST_FIRST = 3
TIMEOUT = 300.0
PROBE = """
import sys
before = set(sys.modules)
from cupola.cli.main import main
status = main(["run", sys.argv[1]])
after = set(sys.modules)
with open("/proc/self/status") as file:  # and not getrusage, whose peak may be that of the process that started this
    peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
print(len(after), len(after - before), "llvmlite" in after, peak, file=sys.stderr)
sys.exit(status)
"""
"""Runs a program, then tells of itself: modules, new ones among them, whether one is llvmlite, peak KiB."""


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it; `programs` are not used. Raises UsageError if a run fails."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        hello = Path(scratch) / "hello.fs"
        hello.write_text(HELLO)
        command = [sys.executable, "-m", "cupola", "run", str(hello)]
        first = [
            _first(command, Path(scratch) / f"cache{number}") for number in range(min(about.runs, MOST_FIRST))
        ]
        later: list[Finished] = []
        nothing: list[Finished] = []
        _checked(command, EXPECTED)
        for _ in range(LATER * about.runs):
            nothing.append(_checked([sys.executable, "-c", "pass"], ""))
            later.append(_checked(command, EXPECTED))
        told = _probe(hello)
    runs = {"python -c pass": nothing, "cupola run hello.fs": later, "the same, first use": first}
    table = Table(
        "Start-up",
        ["what", "wall time, ms: median", "smallest to largest", "user time, ms", "runs"],
        [_row(name, each) for name, each in runs.items()],
    )
    raw = {
        name: [{"wall": one.wall, "user": one.user, "memory": one.memory} for one in each]
        for name, each in runs.items()
    }
    return Report("start-up", about, [table], [told], {"runs": raw, "told": told})


def _first(command: list[str], cache: Path) -> Finished:
    """A run with an empty cache."""
    print(f"first use with an empty cache, {cache.name}", file=sys.stderr)
    return _checked(command, EXPECTED, {"CUPOLA_CACHE": str(cache)})


def _checked(command: list[str], expected: str, environment: Mapping[str, str] | None = None) -> Finished:
    found = run_process(command, timeout=TIMEOUT, environment=environment)
    problem = found.problem or failure(found.status, found.stderr) or difference(found.stdout, expected)
    if problem:
        raise UsageError(f"{' '.join(command)}: {problem}")
    return found


def _probe(hello: Path) -> str:
    """What a later start has in memory."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(hello)], capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    every, ours, llvm, peak = done.stderr.split()
    return (
        f"A later start has {every} modules in memory, {ours} of them beyond the interpreter's own; llvmlite among "
        f"them: {'yes' if llvm == 'True' else 'no'}. Peak memory {int(peak) * 1024 / 1e6:.1f} MB."
    )


def _row(name: str, runs: Sequence[Finished]) -> list[str]:
    wall = [1e3 * each.wall for each in runs]
    return [
        name,
        f"{statistics.median(wall):,.0f}",
        f"{min(wall):,.0f} to {max(wall):,.0f}",
        f"{1e3 * statistics.median(each.user for each in runs):,.0f}",
        str(len(runs)),
    ]
