"""`cupola heat`: run a program with the physics on, and draw how hot its words were over time."""

from __future__ import annotations

import os
import sys

from cupola.launch import start, status, switches

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from cupola.api import VM

DESCRIPTION = """\
Run a program with the physics on, and draw the heat of its hottest words over time: a row for each word, time (counted
in work, not in seconds) to the right, the colour or the shade is how much heat came in since the column before. What
the program prints goes to standard error."""
EPILOG = """\
examples:
  cupola heat bench/forth/queens.fs
  cupola heat --words 20 --svg queens.svg bench/forth/queens.fs
  cupola heat --physics starforth-head --csv ticks.csv examples/life.fs"""
PERIOD = 500_000  # steps between samples, unless `--physics-set period=` says otherwise
MOST_COLUMNS = 4096  # samples kept; when there are more, every second one is dropped


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola heat`."""
    add = parser.add_argument
    add("program", metavar="PROGRAM", help="a file")
    add("arguments", nargs="...", metavar="ARGS", help="the program's own arguments")
    switches.add_language(parser)
    add("--words", type=int, default=24, metavar="N", help="how many words to draw (default: %(default)s)")
    add("--svg", metavar="FILE", help="write the drawing as an SVG file, too")
    add("--csv", metavar="FILE", help="write what each tick saw")
    add("--heats", metavar="FILE", help="write the heat of every word at the end")
    switches.add_physics(parser)


class History:
    """How often each word had run at each sample. Samples are taken at ticks; their distance doubles when they are
    many."""

    def __init__(self) -> None:
        self.samples: list[tuple[int, dict[int, int]]] = []  # steps, and executions of each word
        self.every = 1
        self.ticks = 0

    def tick(self, physics: Any) -> None:
        """Note what has run by now."""
        self.ticks += 1
        if self.ticks % self.every == 0:
            self.add(physics.vm.steps, physics.known_executions())

    def add(self, steps: int, counts: dict[int, int]) -> None:
        """Note a sample."""
        self.samples.append((steps, counts))
        if len(self.samples) > MOST_COLUMNS:
            del self.samples[::2]
            self.every *= 2

    def hottest(self, count: int) -> list[int]:
        """The words that ran most often in the whole run."""
        last = self.samples[-1][1] if self.samples else {}
        return sorted(last, key=lambda token: (-last[token], token))[:count]

    def columns(self, words: list[int], width: int) -> list[list[float]]:
        """For each word, how often it ran in each of `width` equal parts of the run; between samples it is taken to run
        evenly."""
        end = max(self.samples[-1][0], 1)
        rows = [[0.0] * width for _ in words]
        before: tuple[int, dict[int, int]] = (0, {})
        for steps, counts in self.samples:
            first, last = before[0] * width / end, steps * width / end
            for row, token in zip(rows, words, strict=True):
                more = counts.get(token, 0) - before[1].get(token, 0)
                if more > 0:
                    spread(row, first, last, more)
            before = (steps, counts)
        return rows


def spread(row: list[float], first: float, last: float, amount: float) -> None:
    """Share an amount out over the columns from `first` to `last`, which are fractions of columns."""
    if last <= first:
        row[min(int(first), len(row) - 1)] += amount
        return
    for column in range(int(first), min(int(last) + 1, len(row))):
        part = min(last, column + 1) - max(first, column)
        if part > 0:
            row[column] += amount * part / (last - first)


def main(args: Namespace) -> int:
    """Run and draw; the exit status."""
    language = start.language_for(args.program, args.language)
    text = start.read_program(args.program)
    if args.words < 1:
        raise status.UsageError(f"--words {args.words}: expected at least 1")
    if args.physics is None:
        args.physics = "starforth-paper"
    if not any(each.startswith("period=") for each in args.knobs):
        args.knobs = [*args.knobs, f"period={PERIOD}"]
    physics = switches.physics_of(args)
    if not physics.on:
        raise status.UsageError("the physics are off: there is no heat to draw")
    try:
        vm = start.make_vm(language, args.tier, output=sys.stderr, arguments=args.arguments, physics=physics)
    except start.StartError as error:
        print(f"cupola heat: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    history = History()
    running = Running(vm, history)
    ended = start.run(vm, lambda: vm.run(text, args.program))
    running.close()
    history.add(max(vm.system.steps, 1), vm.system.physics.executions())
    draw(vm, history, args)
    return start.close(vm) or ended


class Running:
    """Samples a run at its ticks, and shows on a terminal that it goes on."""

    def __init__(self, vm: VM, history: History) -> None:
        self.history = history
        self.bar: Any = None
        self.task: Any = None
        vm.system.physics.on_tick = self.tick

    def tick(self, physics: Any) -> None:
        self.history.tick(physics)
        if self.history.ticks == 50 and sys.stderr.isatty():
            self._begin()
        if self.bar is not None and self.history.ticks % 16 == 0:
            self.bar.update(self.task, description=f"Running: {physics.vm.steps:,} instructions")

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("Running", total=None)
        self.bar.start()

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def draw(vm: VM, history: History, args: Namespace) -> None:
    """Draw to the terminal, and to the files that are wanted."""
    from cupola.cli import heat_map

    words = history.hottest(args.words)
    names = [vm.system.word_name(token) for token in words]
    totals = [history.samples[-1][1].get(token, 0) for token in words]
    picture = heat_map.Picture(os.path.basename(args.program), names, totals, history.samples[-1][0])
    heat_map.to_terminal(picture, lambda width: history.columns(words, width))
    if args.svg:
        heat_map.to_svg(picture, history.columns(words, heat_map.SVG_COLUMNS), args.svg)
        print(f"written: {args.svg}", file=sys.stderr)
    if args.csv:
        rows = vm.system.physics.write_csv(args.csv)
        print(f"written: {args.csv}, {rows:,} ticks", file=sys.stderr)
    if args.heats:
        print(f"written: {args.heats}, {write_heats(vm, args.heats):,} words", file=sys.stderr)


def write_heats(vm: VM, path: str) -> int:
    """Write a row for each word that has run or has heat, the hottest first; how many there are. The threshold of
    promotion stands in each."""
    import csv

    physics = vm.system.physics
    heats, runs = physics.heats(), physics.executions()
    words = sorted({*heats, *runs}, key=lambda token: (-heats.get(token, 0), token))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("word", "heat", "executions", "threshold"))
        for token in words:
            row = (heats.get(token, 0), runs.get(token, 0), physics.physics["threshold"])
            writer.writerow((vm.system.word_name(token), *row))
    return len(words)
