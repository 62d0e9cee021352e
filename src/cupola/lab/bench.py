"""`cupola bench`: the engines of a language side by side, and beside a peer; and measurements of the engines.

    cupola bench forth --vs gforth-fast --tiers switch,threaded,baseline --runs 5 --format markdown
    cupola bench compile
    cupola bench checks
    cupola bench start
    cupola bench lookup
    cupola bench text

This file knows the command line, the peers, and where programs lie. `measure` runs, `results` computes,
`report` writes. It is imported where the command line is parsed, so at the top it imports only cheap modules.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # true for type checkers, as typing.TYPE_CHECKING is, which is slow to import
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cupola.lab.measure import Arm, Program, Sample
    from cupola.lab.report import Report

TIERS = ("switch", "table", "threaded", "baseline", "auto")
USUAL_TIERS = ("switch", "threaded", "baseline", "auto")
FORMATS = ("text", "markdown", "json")
EXTENSIONS = {"forth": ".fs"}
PEERS = {
    "gforth": ("gforth", "{program}", "-e", "bye"),
    "gforth-fast": ("gforth-fast", "{program}", "-e", "bye"),
}
"""Other systems' commands, by name. Each prints its version when asked with --version."""

MEASUREMENTS = {
    "compile": ("cupola.lab.compile_rate", "how fast the baseline compiler is, beside LLVM -O0"),
    "checks": ("cupola.lab.checks", "what the budget and the checks of guest code cost"),
    "options": ("cupola.lab.options", "what each optimization that can be switched is worth"),
    "start": ("cupola.lab.starting", "how long the first use and every later start take"),
    "lookup": ("cupola.lab.lookup", "how long the dictionary takes to find a word"),
    "text": ("cupola.lab.text_speed", "how fast source text is interpreted, beside gforth-fast"),
}
"""Measurements of Forth's engines themselves: name -> module, what it says."""


class UsageError(Exception):
    """The benchmark cannot be run as it was asked for; the message says what to do."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola bench`."""
    add = parser.add_argument
    said = "; ".join(f"{name}: {what}" for name, (_, what) in MEASUREMENTS.items())
    add(
        "language",
        metavar="WHAT",
        choices=[*sorted(EXTENSIONS), *MEASUREMENTS],
        help=f"{', '.join(sorted(EXTENSIONS))}: the programs of that language; {said}",
    )
    add(
        "--vs",
        metavar="PEER",
        help=f"the reference: {', '.join(PEERS)}, or an arm's name (default: the first arm)",
    )
    add(
        "--tiers",
        default=",".join(USUAL_TIERS),
        help="cupola's tiers to run, by commas (default: %(default)s; none: '')",
    )
    add(
        "--arm",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="one more arm; {program} in its command",
    )
    add("--program", action="append", default=[], metavar="NAME", help="only this program (may be repeated)")
    add("--runs", type=int, default=5, help="processes for each arm and program (default: %(default)s)")
    add("--seed", type=int, help="seed of the random order (default: chosen, and printed)")
    add(
        "--timeout",
        type=float,
        default=60.0,
        help="seconds after which a process is killed (default: %(default)g)",
    )
    add(
        "--directory",
        metavar="DIR",
        help="where the programs and expected.toml lie (default: bench/LANGUAGE)",
    )
    add("--format", choices=FORMATS, default="text", help="how the table is written (default: %(default)s)")
    add("--output", metavar="FILE", help="write the table there (default: standard output)")


def main(args: Namespace) -> int:
    """Run the benchmark; return 0, 1 if an arm was invalid somewhere, 2 for wrong usage, 130 after Ctrl-C."""
    try:
        return run(args)
    except UsageError as error:
        print(f"cupola bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ncupola bench: interrupted, no table written", file=sys.stderr)
        return 130


def run(args: Namespace) -> int:
    """Measure and write, as `main`; wrong usage is an exception."""
    import tempfile
    from pathlib import Path

    from cupola.lab import measure, report
    from cupola.lab.results import Results

    if args.runs < 1:
        raise UsageError(f"--runs {args.runs}: expected at least 1")
    if args.language in MEASUREMENTS:
        return measure_engines(args)
    arms = arms_of(args.vs, args.tiers, args.arm)
    programs = programs_in(
        directory_of(args.language, args.directory), EXTENSIONS[args.language], args.program
    )
    seed = args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "big")
    about = report.setting(args.language, args.runs, seed)
    with tempfile.TemporaryDirectory() as scratch:
        empty = Path(scratch) / f"empty{EXTENSIONS[args.language]}"
        empty.write_text("")
        start = measure.Program(measure.START_UP, empty, "")
        warm_up(arms, start, args.timeout)
        samples = measure.measure(
            arms, [*programs, start], runs=args.runs, seed=seed, timeout=args.timeout, progress=progress()
        )
    results = Results(arms, programs, samples, arms[0].name)
    write(report.of_programs(results, about), args)
    return 1 if results.problems() else 0


def measure_engines(args: Namespace) -> int:
    """Run one of `MEASUREMENTS` and write what it found."""
    from importlib import import_module

    from cupola.lab import report

    seed = args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "big")
    about = report.setting(args.language, args.runs, seed)
    programs = programs_in(directory_of("forth", args.directory), EXTENSIONS["forth"], args.program)
    write(import_module(MEASUREMENTS[args.language][0]).run(programs, about), args)
    return 0


def write(written: Report, args: Namespace) -> None:
    """Write a report in the form and to the place that the command line says."""
    from pathlib import Path

    from cupola.lab import report

    report.write(written, args.format, Path(args.output) if args.output else None)


def arms_of(reference: str | None, tiers: str, extra: Sequence[str]) -> list[Arm]:
    """Return the arms, the reference first."""
    import shlex

    from cupola.lab.measure import PLACE, Arm

    arms = [tier_arm(name) for name in tiers.split(",") if name]
    for each in extra:
        name, _, command = each.partition("=")
        if not name or PLACE not in command:
            raise UsageError(f"--arm {each}: expected NAME=COMMAND with {PLACE} in the command")
        arms.append(Arm(name, tuple(shlex.split(command))))
    if reference in PEERS:
        arms.insert(0, Arm(reference, PEERS[reference], version_of(reference)))
    names = [arm.name for arm in arms]
    if len(set(names)) != len(names):
        raise UsageError(f"two arms have the same name: {', '.join(names)}")
    if not arms:
        raise UsageError("nothing to run: name tiers, a peer or an arm")
    if reference is None:
        return arms
    if reference not in names:
        raise UsageError(f"--vs {reference}: expected one of {', '.join([*PEERS, *names])}")
    arms.insert(0, arms.pop(names.index(reference)))
    return arms


def tier_arm(tier: str) -> Arm:
    """Return the arm that runs one of cupola's tiers."""
    from cupola.lab.measure import PLACE, Arm

    if tier not in TIERS:
        raise UsageError(f"--tiers {tier}: expected some of {', '.join(TIERS)}")
    return Arm(tier, (sys.executable, "-m", "cupola", "run", "--tier", tier, PLACE))


def version_of(peer: str) -> str:
    """Return what a peer says about its version."""
    import subprocess

    try:
        answer = subprocess.run([peer, "--version"], capture_output=True, text=True, timeout=10)
    except FileNotFoundError:
        raise UsageError(
            f"--vs {peer}: it is not on the path; install it, or choose another reference"
        ) from None
    return (answer.stdout + answer.stderr).strip().partition("\n")[0]


def directory_of(language: str, given: str | None) -> Path:
    """Return where the programs lie: as given, in the working directory, or in the checkout of this file."""
    from pathlib import Path

    places = (
        [Path(given)]
        if given
        else [base / "bench" / language for base in (Path(), Path(__file__).parents[3])]
    )
    for place in places:
        if (place / "expected.toml").is_file():
            return place
    raise UsageError(f"no expected.toml in {' or '.join(map(str, places))}; say where it is with --directory")


def programs_in(directory: Path, extension: str, wanted: Sequence[str]) -> list[Program]:
    """Return the programs of a directory with what they must print, all or those wanted."""
    import tomllib

    from cupola.lab.measure import Program

    expected = tomllib.loads((directory / "expected.toml").read_text(encoding="utf-8"))
    for name in wanted:
        if name not in expected:
            raise UsageError(f"--program {name}: expected one of {', '.join(expected)}")
    programs = []
    for name, output in expected.items():
        path = directory / f"{name}{extension}"
        if wanted and name not in wanted:
            continue
        if not path.is_file():
            raise UsageError(f"{path}: expected.toml names it, but there is no such file")
        programs.append(Program(name, path.resolve(), output))
    return programs


def warm_up(arms: Sequence[Arm], start: Program, timeout: float) -> None:
    """Run each arm once without measuring it, so that no first compilation of an engine is in the figures."""
    from cupola.lab.measure import execute

    for arm in arms:
        print(f"warming up {arm.name}", file=sys.stderr)
        execute(arm.on(start.path), "", timeout)


def progress() -> Callable[[int, int, Sample], None]:
    """Return what shows progress on standard error: a line rewritten on a terminal, else a line a block."""
    block = 0

    def show(done: int, total: int, sample: Sample) -> None:
        nonlocal block
        if sample.run.problem:
            print(f"\nINVALID: {sample.arm} on {sample.program}: {sample.run.problem}", file=sys.stderr)
        if sys.stderr.isatty():
            line = f"[{done}/{total}] {sample.program} {sample.arm} {sample.run.wall:.3f} s"
            print(f"\r\x1b[K{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif sample.block != block:
            print(f"[{done}/{total}] block {sample.block}", file=sys.stderr)
        block = sample.block

    return show


if __name__ == "__main__":
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="cupola bench", description="Compare a language's engines, side by side.")
    add_arguments(parser)
    sys.exit(main(parser.parse_args()))
