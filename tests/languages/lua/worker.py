"""Runs Lua programs, a fresh VM for each, and tells what they did: the process behind `engines.Worker`.

python -m tests.languages.lua.worker STRESS CACHES TIER [CALLS LOOPS] reads paths, one a line, and answers each with a
line of JSON. A program runs in its folder, under its bare name. With STRESS (not 0) garbage is collected whenever that
is possible: 1 all of it, 2 the young one mostly. With 0 for CACHES, inline caches learn nothing.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import cupola
from cupola.languages.lua.driver.errors import Exit
from cupola.languages.lua.driver.vm import LuaVM

TIME_LIMIT = 30.0  # seconds: far above what any test needs


def run(
    path: str, stress: int, caches: int, tier: str, thresholds: cupola.Thresholds | None
) -> dict[str, Any]:
    """Run a file; its output (bytes as latin-1) and the message of the error that ended it, or None."""
    folder, name = os.path.split(path)
    os.chdir(folder)
    output = io.BytesIO()
    vm = LuaVM(tier=tier, thresholds=thresholds, limits=cupola.Limits(time=TIME_LIMIT), output=output)
    vm.heap.no_lessons = int(not caches)
    if stress:
        vm.heap.stress, vm.heap.threshold = stress, 0
    error = None
    try:
        vm.run_file(name)
        vm.finalizers.run_all()
    except Exit:
        pass
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    finally:
        vm.close()
    return {"output": output.getvalue().decode("latin-1"), "error": error}


def main(arguments: list[str]) -> None:
    """Serve until the input ends. What programs print by other ways than their VM's goes to the error output."""
    stress, caches, tier = int(arguments[0]), int(arguments[1]), arguments[2]
    thresholds = None
    if len(arguments) > 3:
        thresholds = cupola.Thresholds(calls=int(arguments[3]), loops=int(arguments[4]))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    paths = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for line in paths:
        answers.write(json.dumps(run(line.rstrip("\n"), stress, caches, tier, thresholds)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
