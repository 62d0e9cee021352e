"""Lua's benchmark programs side by side: Cupola's engines, lua5.4, LuaJIT, and PyPy and Node on the same in Python
and JavaScript, in processes that take turns.

    python bench/lua/compare.py [--turns 20] [--warm-up 60] [--tiers threaded,baseline] [PROGRAM ...]
    python bench/lua/compare.py --peers lua5.4 --tiers baseline \\
        --arm before="env PYTHONPATH=../before/src CUPOLA_CACHE=/tmp/before python -m cupola run --tier baseline"

All arms' processes of a program live at the same time and do one iteration after the other: A1 B1 C1 A2 B2 C2 and so
on. What an arm's time is compared with is the reference's in the same turn, a moment ago, so a machine whose speed
changes from second to second changes both. Of the turns after the warm-up the median counts: of the reference's
time, and of the ratios. (A median does not show what happens in fewer than half of the iterations, as a big
collection may: --json keeps all times.) Prints a table in Markdown: milliseconds of the reference, how many times as
fast the others are, geometric means, and between which values 95 % of these means lie when the turns are drawn
again from those measured. Other processes, --rounds 2 and more, may still settle elsewhere.

Times are of the processor, all threads of the process. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from statistics import geometric_mean, median

from turns import play

HERE = Path(__file__).resolve().parent
LUA = str(HERE / "harness.lua")
PYTHON = str(HERE / "python" / "harness.py")
JAVASCRIPT = str(HERE / "javascript" / "harness.js")
PEERS = {
    "lua5.4": ["lua5.4", LUA],
    "luajit -joff": ["luajit", "-joff", LUA],
    "luajit": ["luajit", LUA],
    "pypy3": ["pypy3", PYTHON],
    "node": ["node", JAVASCRIPT],
}
RESAMPLES = 1000


def arms_of(options: argparse.Namespace) -> dict[str, list[str]]:
    """The commands, to which program, number of iterations and the word `turns` are added."""
    names = PEERS if options.peers is None else [each for each in options.peers.split(",") if each]
    if unknown := set(names) - set(PEERS):
        raise ValueError(f"no peer {', '.join(sorted(unknown))}: expected some of {', '.join(PEERS)}")
    arms = {name: PEERS[name] for name in names if shutil.which(PEERS[name][0])}
    for tier in filter(None, options.tiers.split(",")):
        arms[tier] = [sys.executable, "-m", "cupola", "run", "--tier", tier, LUA]
    for each in options.arm:
        name, sign, command = each.partition("=")
        if not (name and sign and command):
            raise ValueError(f"--arm {each}: expected NAME=COMMAND")
        if name in arms:
            raise ValueError(f"--arm {each}: there is an arm of that name")
        arms[name] = [*shlex.split(command), LUA]
    if options.reference not in arms:
        raise ValueError(f"the reference, {options.reference}, is not among the arms: {', '.join(arms)}")
    return arms


def interval(programs: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Between which values lie 95 % of the geometric means when each program's ratios are drawn again?"""
    draw = random.Random(1)
    means = sorted(
        geometric_mean([median(draw.choices(ratios, k=len(ratios))) for ratios in programs])
        for _ in range(RESAMPLES)
    )
    return means[RESAMPLES // 40], means[-RESAMPLES // 40 - 1]


class Table:
    """The table, printed as its rows are found."""

    def __init__(self, arms: Sequence[str], reference: str) -> None:
        self.reference = reference
        self.ratios: dict[str, list[list[float]]] = {name: [] for name in arms if name != reference}
        print(
            f"| program | {reference}, ms | {' | '.join(self.ratios)} |\n|---|--:|{'--:|' * len(self.ratios)}"
        )

    def add(self, program: str, times: dict[str, list[int]]) -> None:
        """A program's row; an arm that has failed has no times."""
        ours = times.get(self.reference, [])
        cells = [f"{median(ours) / 1000:.1f}" if ours else "-"]
        for name, found in self.ratios.items():
            ratios = [ours[i] / max(time, 1) for i, time in enumerate(times.get(name, []))] if ours else []
            if ratios:
                found.append(ratios)
            cells.append(f"{median(ratios):.2f}" if ratios else "-")
        self.row(program, cells)

    def finish(self) -> None:
        """The rows of means and of their intervals."""
        means, intervals = [""], [""]
        for found in self.ratios.values():
            low, high = interval(found) if found else (0, 0)
            means.append(f"**{geometric_mean([median(each) for each in found]):.2f}**" if found else "-")
            intervals.append(f"{low:.2f} to {high:.2f}" if found else "-")
        self.row("**geometric mean**", means)
        self.row("its 95 % interval", intervals)

    @staticmethod
    def row(name: str, cells: Sequence[str]) -> None:
        """Print a row; at once, as the next one may take long."""
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", nargs="*", help="all programs of this folder if none is named")
    parser.add_argument("--turns", type=int, default=20, help="that count, of each process")
    parser.add_argument("--warm-up", type=int, default=60, help="turns before them: PyPy needs so many")
    parser.add_argument("--rounds", type=int, default=1, help="how often to start new processes")
    parser.add_argument("--peers", help=f"all that are installed if not given: {','.join(PEERS)}")
    parser.add_argument("--tiers", default="switch,threaded,baseline,auto", help="Cupola's, of this checkout")
    parser.add_argument(
        "--arm", action="append", default=[], metavar="NAME=COMMAND", help="another that runs Lua"
    )
    parser.add_argument("--reference", default="lua5.4", help="the arm that the others are compared with")
    parser.add_argument("--patience", type=float, default=300, help="seconds to wait for a process")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="all times, in microseconds, warm-up included"
    )
    options = parser.parse_intermixed_args(arguments)
    if options.turns < 1 or options.warm_up < 0 or options.rounds < 1:
        parser.error("expected at least one turn and one round, and no negative warm-up")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table; 1 if a program fails on an arm."""
    options = parsed(arguments)
    expected = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
    programs = options.programs or sorted(expected)
    try:
        arms = arms_of(options)
        if unknown := set(programs) - set(expected):
            raise ValueError(f"no program {', '.join(sorted(unknown))} in {HERE}")
    except ValueError as problem:
        print(f"compare.py: {problem}", file=sys.stderr)
        return 2
    turns = options.warm_up + options.turns
    table = Table(list(arms), options.reference)
    raw: dict[str, list[dict[str, list[int]]]] = {}
    complete = True
    for program in programs:
        commands = {name: [*command, program, str(turns), "turns"] for name, command in arms.items()}
        counted: dict[str, list[int]] = {name: [] for name in arms}
        raw[program] = []
        for _ in range(options.rounds):
            match = play(commands, expected[program], turns, options.patience)
            for name, message in match.failures.items():
                print(f"{program}: {name} {message}", file=sys.stderr, flush=True)
                complete = False
                counted.pop(name, None)  # a program that fails once does not count
            for name in counted:
                counted[name] += match.times[name][options.warm_up :]
            raw[program].append(match.times)
        table.add(program, counted)
    table.finish()
    if options.json:
        told = {"arms": arms, "reference": options.reference, "warm_up": options.warm_up, "microseconds": raw}
        options.json.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
