"""Calls between Python and Lua, in microseconds: the best of some runs, less what an empty call of Python takes.

    python bench/calls.py

With lupa installed beside Cupola, it is measured in the same rounds.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

ROUNDS, CALLS = 15, 5000
GUEST = """
function none() end
function add(a, b) return a + b end
function same(x) return x end
function size(s) return #s end
function swap(a, b) return b, a end
function many(n, f, x, y) for _ = 1, n do f(x, y) end end
"""
Jobs = dict[str, Callable[[], Any]]


def jobs(table: Any, make: Callable[[], Any]) -> Jobs:
    """What is measured, with the global variables of a system."""
    none, add, same, size, swap, many = (
        table[name] for name in ("none", "add", "same", "size", "swap", "many")
    )
    numbers = itertools.count()
    some, plus, give = (lambda *arguments: None), (lambda a, b: a + b), (lambda s, _: s)
    table["some"], table["plus"], table["give"] = some, plus, give
    record = make()
    record["x"] = 1
    return {
        "Lua function without arguments": lambda: none(),
        "with two integers": lambda: add(3, 4),
        "with a float, there and back": lambda: same(1.5),
        "with a short string, there and back": lambda: same("hello"),
        "with a short string, its length back": lambda: size("hello"),
        "with a new string each time": lambda: size(f"n{next(numbers)}"),
        "with a table, there and back": lambda: same(record),
        "two integers, two results": lambda: swap(3, 4),
        "reading a field of a table": lambda: record["x"],
        "Python function without a result": lambda: many(CALLS, table["some"], None, None),
        "Python function with two integers, and a result": lambda: many(CALLS, table["plus"], 3, 4),
        "Python function with a short string, there and back": lambda: many(
            CALLS, table["give"], "hello", None
        ),
    }


def timed(job: Callable[[], Any], count: int) -> float:
    """Microseconds of a call."""
    start = time.perf_counter()
    for _ in range(count):
        job()
    return (time.perf_counter() - start) / CALLS * 1e6


def cupola() -> Jobs:
    """With Cupola."""
    from cupola.languages import lua

    runtime = lua.Runtime()
    runtime.execute(GUEST)
    return jobs(runtime.globals, runtime.table)


def lupa() -> Jobs:
    """With lupa."""
    from lupa import lua54  # type: ignore[import-not-found]  # installed or not

    runtime = lua54.LuaRuntime(unpack_returned_tuples=True)
    runtime.execute(GUEST)
    return jobs(runtime.globals(), lambda: runtime.table())


def main() -> None:
    """Measure, and print a table."""
    systems = {"Cupola": cupola()}
    try:
        systems["lupa"] = lupa()
    except ImportError:
        print("lupa is not installed: Cupola alone\n")
    best = {name: dict.fromkeys(system, 1e9) for name, system in systems.items()}
    empty = 1e9
    for _ in range(ROUNDS):
        empty = min(empty, timed(lambda: None, CALLS))
        for name, system in systems.items():
            for job, call in system.items():
                from_lua = job.startswith("Python")
                found = timed(call, 1 if from_lua else CALLS)
                best[name][job] = min(best[name][job], found if from_lua else found - empty)
    print("| | " + " | ".join(systems) + " |\n" + "|---" * (1 + len(systems)) + "|")
    for job in best["Cupola"]:
        print(f"| {job} | " + " | ".join(f"{best[name][job]:.2f}" for name in systems) + " |")


main()
