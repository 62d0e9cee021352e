"""How long the baseline compiler takes for an instruction of Lua, in a process that has compiled nothing before.

    python bench/lua/compiling.py [--rounds 9] [--tier baseline] [--source NAME=FOLDER ...] [PROGRAM ...]

Each round runs each program in a process of its own and adds up what its functions take to compile (what `--stats`
calls compile seconds), and what they take once more when the program has ended, with warm caches and memory that was
touched before; that comes from Python, which takes half a microsecond for each call. Nanoseconds an instruction,
medians over the rounds; a row for each program. `--source` names folders that hold the package, such as two checkouts'
src, to be measured in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean, median

HERE = Path(__file__).resolve().parent
PROGRAMS = ("deltablue", "havlak", "json", "richards", "bounce")
CALLS = 3  # of a program's `run`
FIGURES = ("first", "again")
PATIENCE = 120.0


def compile_all(program: str, tier: str) -> dict[str, float]:
    """Run a program in this process: how much was compiled, and how many nanoseconds that took, the `first` time and
    `again`."""
    from cupola.languages.lua.driver.vm import LuaVM

    vm = LuaVM(tier)
    vm.run((HERE / f"{program}.lua").read_bytes(), program)
    vm.reset_counts()
    known = len(vm.compiled)
    for _ in range(CALLS):
        vm.call_named("run")
    units = vm.compiled[known:]
    assert vm.native is not None and units
    counts, first = dict(vm.counts), vm.compile_seconds
    # The program has ended, so its code may be overwritten.
    vm.native.used = min(each.address for each in units) - vm.native.executable
    for each in units:
        vm.compile(each.start, each.end, each.name)
    return {
        "functions": len(units),
        "instructions": counts["compiled instructions"],
        "bytes": counts["compiled bytes"],
        "first": first * 1e9,
        "again": (vm.compile_seconds - first) * 1e9,
    }


def measure(source: str, program: str, tier: str) -> dict[str, float]:
    """The same in a process of its own, with the package in the folder `source` if one is given."""
    environment = {**os.environ, "PYTHONPATH": source} if source else dict(os.environ)
    command = [sys.executable, __file__, "--child", "--tier", tier, program]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", nargs="*", default=PROGRAMS)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--tier", default="baseline")
    parser.add_argument("--source", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(compile_all(options.programs[0], options.tier)))
        return 0
    sources = dict(each.split("=", 1) for each in options.source) or {"": ""}
    print(
        "| program | source | functions | instructions | bytes | "
        + " | ".join(f"{each}, ns" for each in FIGURES)
    )
    print("|---|---|--:|--:|--:|" + "--:|" * len(FIGURES))
    means: dict[tuple[str, str], list[float]] = {}
    for program in options.programs:
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in sources}
        for _ in range(options.rounds):
            for name, folder in sources.items():
                rounds[name].append(measure(folder, program, options.tier))
        for name, found in rounds.items():
            counts = " | ".join(f"{found[0][each]:.0f}" for each in ("functions", "instructions", "bytes"))
            costs = [median(each[figure] / each["instructions"] for each in found) for figure in FIGURES]
            for figure, cost in zip(FIGURES, costs, strict=True):
                means.setdefault((name, figure), []).append(cost)
            print(
                f"| {program} | {name} | {counts} | {' | '.join(f'{cost:.0f}' for cost in costs)} |",
                flush=True,
            )
    for name in sources:
        costs = [geometric_mean(means[name, figure]) for figure in FIGURES]
        print(f"| **geometric mean** | {name} | | | | {' | '.join(f'**{cost:.0f}**' for cost in costs)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
