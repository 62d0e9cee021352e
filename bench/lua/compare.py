"""Lua's benchmark programs side by side: Cupola's engines, lua5.4, LuaJIT, in processes that take turns.

    python bench/lua/compare.py [--rounds 3] [--iterations 10] [--tiers threaded,baseline] [PROGRAM ...]

Of each process the fastest of its last iterations counts, of each arm the median over the rounds. Prints a table in
Markdown: milliseconds of lua5.4, and how many times as fast the others are; then geometric means. Peers that are not
installed are left out.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean, median

HERE = Path(__file__).resolve().parent
PEERS = {"lua5.4": ["lua5.4"], "luajit -joff": ["luajit", "-joff"], "luajit": ["luajit"]}
REFERENCE = "lua5.4"
TIME = re.compile(r": iteration \d+: (\d+) us")
PATIENCE = 300.0


def arms_of(tiers: list[str]) -> dict[str, list[str]]:
    """The commands, to which harness, program and number of iterations are added."""
    peers = {name: command for name, command in PEERS.items() if shutil.which(command[0])}
    return peers | {each: [sys.executable, "-m", "cupola", "run", "--tier", each] for each in tiers}


def time_of(command: list[str], program: str, iterations: int) -> float | None:
    """Milliseconds of the fastest of the last half of the iterations; None if the program fails."""
    done = subprocess.run(
        [*command, str(HERE / "harness.lua"), program, str(iterations)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{program}: {' '.join(command)} failed: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    times = [int(each) / 1000 for each in TIME.findall(done.stdout)]
    return min(times[len(times) // 2 :])


def measure(arms: dict[str, list[str]], program: str, rounds: int, iterations: int) -> dict[str, float]:
    """The median time of each arm that the program runs on."""
    found: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(rounds):
        for name, command in arms.items():
            time = time_of(command, program, iterations)
            if time is not None:
                found[name].append(time)
    return {name: median(times) for name, times in found.items() if times}


def main() -> int:
    """Measure, and print the table; 1 if a program fails on an arm."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--tiers", default="switch,threaded,baseline,auto")
    options = parser.parse_args()
    arms = arms_of(options.tiers.split(","))
    others = [name for name in arms if name != REFERENCE]
    programs = options.programs or sorted(path.stem for path in HERE.glob("*.lua") if path.stem != "harness")
    print(f"| program | {REFERENCE}, ms | {' | '.join(others)} |\n|---|--:|{'--:|' * len(others)}")
    ratios: dict[str, list[float]] = {name: [] for name in others}
    complete = True
    for program in programs:
        times = measure(arms, program, options.rounds, options.iterations)
        cells = []
        for name in others:
            complete &= name in times
            if name in times:
                ratios[name].append(times[REFERENCE] / times[name])
            cells.append(f"{ratios[name][-1]:.2f}" if name in times else "-")
        print(f"| {program} | {times[REFERENCE]:.1f} | {' | '.join(cells)} |", flush=True)
    means = [f"**{geometric_mean(ratios[name]):.2f}**" if ratios[name] else "-" for name in others]
    print(f"| **geometric mean** | | {' | '.join(means)} |")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
