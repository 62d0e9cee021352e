"""Random programs on all engines: `python -m tests.languages.forth.fuzz --from N --count N`.

Every engine must print the same, throw the same, leave the same stack and take the same number of steps. A
worker process runs the programs, so that one that crashes it is known; what fails is made smaller and printed
(and with `--keep` put into corpus/, which a test replays).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import cupola
from cupola.lab.generate.forth import ZEROS, program
from tests.languages.forth.engines import Engine

CORPUS = Path(__file__).parent / "corpus"
STEPS = 30_000  # a line
SECONDS = 20.0  # a line: only reached by what is not counted in steps
SILENCE = 60.0  # seconds without an answer of the worker: it hangs
MEMORY = 128 << 10
MOST_CHECKS = 600  # programs that are tried to make one smaller
ENGINES = [
    Engine("switch"),
    Engine("table"),
    Engine("threaded"),
    Engine("baseline"),
    Engine("auto", (1, 1)),
    Engine("auto", (3, 2)),
]


class LineOutcome(NamedTuple):
    """What one line came to; `end` is the code of its error, or the name of the limit that it reached."""

    end: int | str | None
    output: str
    stack: tuple[int, ...]
    steps: int
    backtrace: tuple[str, ...]


def run_lines(lines: Iterable[str], engine: Engine) -> list[LineOutcome]:
    """Run the lines one after the other in a fresh system."""
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    limits = cupola.Limits(time=SECONDS, steps=STEPS, memory=MEMORY)
    source = io.BytesIO(b"some input\nmore 1 2\n")
    outcomes = []
    lines = [*ZEROS, *lines]
    with cupola.VM("forth", tier=engine.tier, thresholds=thresholds, limits=limits, input=source) as vm:
        for line in lines:
            before = vm.statistics()["steps"]
            end: int | str | None = None
            names: tuple[str, ...] = ()
            try:
                vm.run(line)
            except cupola.RunError as error:
                end = getattr(error, "code", getattr(error, "limit", "?"))
                names = tuple(frame.name for frame in error.backtrace)
            steps = vm.statistics()["steps"] - before
            outcomes.append(LineOutcome(end, vm.take_output(), vm.stack, steps, names))
    return outcomes


def disagreement(lines: list[str]) -> str | None:
    """What the engines disagree about, or None."""
    expected = run_lines(lines, ENGINES[0])
    if any(each.end == "time" for each in expected):
        return "a line takes too long, though its steps are limited"
    for engine in ENGINES[1:]:
        found = run_lines(lines, engine)
        for line, one, other in zip([*ZEROS, *lines], expected, found, strict=True):
            if one != other:
                return f"{line}\n" + differences(one, other, str(engine))
    return None


def differences(one: LineOutcome, other: LineOutcome, name: str) -> str:
    """The fields in which two outcomes differ, cut to a length that can be read."""
    return "\n".join(
        f"  {field}: {ENGINES[0]} {str(left)[:300]} | {name} {str(right)[:300]}"
        for field, left, right in zip(LineOutcome._fields, one, other, strict=True)
        if left != right
    )


# --- the worker --------------------------------------------------------------------------------------------


def work() -> None:
    """Answer each program (a line of JSON) with what is wrong with it (likewise)."""
    for request in sys.stdin:
        print(json.dumps(disagreement(json.loads(request))), flush=True)


class Worker:
    """A process that runs programs, started anew when it died."""

    def __init__(self) -> None:
        self.process: Any = None

    def check(self, lines: list[str]) -> str | None:
        """What is wrong with a program, or None."""
        if self.process is not None and self.process.poll() is not None:
            self.close()
        if self.process is None:
            command = [sys.executable, "-m", "tests.languages.forth.fuzz", "--worker"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process = self.process
        watch = threading.Timer(SILENCE, process.kill)
        watch.start()
        began = time.monotonic()
        process.stdin.write(json.dumps(lines) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        watch.cancel()
        if not answer:
            status = process.wait()
            return (
                "it hangs"
                if time.monotonic() - began > SILENCE - 1
                else f"the process dies with status {status}"
            )
        found: str | None = json.loads(answer)
        return found

    def close(self) -> None:
        """End the process, if there is one."""
        if self.process is None:
            return
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self.process.wait()
        self.process = None


# --- making failures smaller -------------------------------------------------------------------------------


def shrink(lines: list[str], fails: Callable[[list[str]], bool]) -> list[str]:
    """The smallest program found that still fails: without lines, then without tokens."""
    lines = _without_parts(lines, fails)
    for at in range(len(lines)):

        def line_fails(tokens: list[str], at: int = at) -> bool:
            return fails([*lines[:at], " ".join(tokens), *lines[at + 1 :]])

        lines[at] = " ".join(_without_parts(lines[at].split(), line_fails))
    return [each for each in _without_parts(lines, fails) if each]


def _without_parts(items: list[str], fails: Callable[[list[str]], bool]) -> list[str]:
    """Remove runs of items, ever shorter ones, as long as the rest fails."""
    size = max(1, len(items) // 2)
    while True:
        at = 0
        changed = False
        while at < len(items):
            fewer = items[:at] + items[at + size :]
            if fails(fewer):
                items, changed = fewer, True
            else:
                at += size
        if size == 1 and not changed:
            return items
        size = max(1, size // 2)


def kind_of(problem: str | None) -> str | None:
    """The sort of a problem, so that shrinking does not turn one into another."""
    if problem is None:
        return None
    if "\n" not in problem:
        return problem
    return "disagreement about " + ", ".join(line.split(":")[0].strip() for line in problem.split("\n")[1:])


def smaller(worker: Worker, lines: list[str], kind: str | None) -> list[str]:
    """A small program with the same sort of problem."""
    tries = iter(range(MOST_CHECKS))

    def fails(fewer: list[str]) -> bool:
        return next(tries, None) is not None and kind_of(worker.check(fewer)) == kind

    return shrink(lines, fails)


def fuzz(first: int, count: int, keep: bool) -> int:
    """Run the programs of these seeds; how many failed."""
    worker = Worker()
    failures = 0
    for seed in range(first, first + count):
        lines = program(seed)
        problem = worker.check(lines)
        if problem is not None:
            failures += 1
            print(f"=== seed {seed}: {problem}", flush=True)
            lines = smaller(worker, lines, kind_of(problem))
            print("--- smaller: " + str(worker.check(lines)), *lines, sep="\n", flush=True)
            if keep:
                (CORPUS / f"seed-{seed}.fs").write_text("\n".join(lines) + "\n", encoding="utf-8")
        elif (seed - first + 1) % 500 == 0:
            print(f"{seed - first + 1:,} programs, {failures} failures", flush=True)
    worker.close()
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="how many programs")
    parser.add_argument("--keep", action="store_true", help="put what fails, made smaller, into corpus/")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work()
        return 0
    return 1 if fuzz(options.first, options.count, options.keep) else 0


if __name__ == "__main__":
    sys.exit(main())
