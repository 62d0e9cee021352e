"""Run every check of the project, cheapest first: style, format, types, directions of imports, tests.

    python tools/check.py [arguments for pytest]

All checks run, also after a failure; the exit status is 0 when all passed. pytest comes last, so that its
closing line is the last line.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_WORKERS = 8  # each worker holds LLVM and Z3: more of them cost more memory than they save time


def checks(arguments: list[str]) -> dict[str, list[str]]:
    """Return the checks as name -> command; `arguments` go to pytest."""
    python = sys.executable
    workers = str(min(os.cpu_count() or 1, MOST_WORKERS))
    return {
        "style": [python, "-m", "ruff", "check"],
        "format": [python, "-m", "ruff", "format", "--check"],
        "types": [python, "-m", "mypy"],
        "imports": [python, "tools/check_imports.py"],
        "tests": [python, "-m", "pytest", "-n", workers, "--dist", "worksteal", *arguments],
    }


def main(arguments: list[str]) -> int:
    """Run all checks; return the exit status."""
    failed = []
    for name, command in checks(arguments).items():
        print(f"== {name}: {' '.join(command[1:])}", flush=True)
        start = time.monotonic()
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            failed.append(f"{name} ({time.monotonic() - start:.0f} s)")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
