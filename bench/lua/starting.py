"""How long `cupola run hello.lua` takes, beside `lua5.4 hello.lua` and a Python that does nothing, in turns.

    python bench/lua/starting.py [--runs 15] [--first]

Milliseconds of wall time: median, least and most. With `--first`, once more with an empty cache: what the first use of
Lua on a machine takes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

HELLO = 'print("hello")\n'
PATIENCE = 300.0
PROBE = """
import sys
from cupola.cli.main import main
status = main(["run", sys.argv[1]])
with open("/proc/self/status") as file:
    peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
print(len(sys.modules), "llvmlite" in sys.modules, peak, file=sys.stderr)
"""
"""Runs a program, then tells of itself: modules, whether llvmlite is one, peak KiB."""


def wall(command: list[str], expected: str, more: Mapping[str, str] | None = None) -> float:
    """Milliseconds of one run."""
    began = time.perf_counter()
    done = subprocess.run(
        command,
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    spent = time.perf_counter() - began
    assert done.stdout == expected, done.stdout
    return spent * 1e3


def main() -> int:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "hello.lua"
        program.write_text(HELLO)
        ours = [sys.executable, "-m", "cupola", "run", str(program)]
        arms = {
            "python -c pass": ([sys.executable, "-c", "pass"], ""),
            "cupola run hello.lua": (ours, "hello\n"),
        }
        if shutil.which("lua5.4"):
            arms["lua5.4 hello.lua"] = (["lua5.4", str(program)], "hello\n")
        wall(ours, "hello\n")
        found: dict[str, list[float]] = {name: [] for name in arms}
        for _ in range(options.runs):
            for name, (command, expected) in arms.items():
                found[name].append(wall(command, expected))
        if options.first:
            cache = {"CUPOLA_CACHE": str(Path(folder) / "cache")}
            found["the same, first use"] = [wall(ours, "hello\n", cache)]
        probe = [sys.executable, "-c", PROBE, str(program)]
        told = subprocess.run(
            probe, capture_output=True, text=True, timeout=PATIENCE, check=True
        ).stderr.split()
    print("| what | median, ms | least to most | runs |\n|---|--:|--:|--:|")
    for name, times in found.items():
        print(f"| {name} | {median(times):.0f} | {min(times):.0f} to {max(times):.0f} | {len(times)} |")
    modules, llvm, peak = told
    print(f"\n{modules} modules, llvmlite among them: {llvm}; peak memory {int(peak) / 1024:.1f} MiB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
