"""Runs one program of this folder, as ../harness.lua does, with the same output.

    python harness.py PROGRAM [ITERATIONS [turns]]

Each program here is ../PROGRAM.lua written in Python 3.9: the same algorithm and the same work, with the types that one
would take in Python (classes, lists, dicts, generators, operator methods).
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from time import process_time

DEEPEST = 10_000  # havlak walks a graph by recursion, deeper than CPython allows unasked


def main(arguments: list[str]) -> None:
    """Iterate, and print times and the value."""
    if not 1 <= len(arguments) <= 3 or arguments[2:] not in ([], ["turns"]):
        sys.exit("usage: python harness.py PROGRAM [ITERATIONS [turns]]")
    name = arguments[0]
    iterations = int(arguments[1]) if len(arguments) > 1 else 10
    takes_turns = len(arguments) > 2
    sys.setrecursionlimit(DEEPEST)

    # By its file, not by `import`: a program may have the name of a standard module.
    spec = importlib.util.spec_from_file_location(f"bench_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)

    value = None
    for i in range(1, iterations + 1):
        if takes_turns and not sys.stdin.readline():
            sys.exit(f"standard input ended before iteration {i}")
        start = process_time()
        value = program.run()
        time = process_time() - start
        print(f"{name}: iteration {i}: {time * 1e6:.0f} us", flush=True)
    print(name, value, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
