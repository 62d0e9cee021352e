"""The command line of `cupola bench`.

    cupola bench forth --vs gforth-fast --tiers switch,threaded,baseline --runs 5 --format markdown
    cupola bench compile
    cupola bench checks
    cupola bench start
    cupola bench lookup
    cupola bench text

It is imported where the command line is parsed, so at the top it imports only cheap modules.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # true for type checkers, as typing.TYPE_CHECKING is, which is slow to import
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cupola.lab.bench.report import Report

LANGUAGES = ("forth",)
TIERS = "switch,threaded,baseline,auto"
PEERS = ("gforth", "gforth-fast")
FORMATS = ("text", "markdown", "json")
MEASUREMENTS = {
    "compile": ("cupola.lab.engines.compile_rate", "how fast the baseline compiler is, beside LLVM -O0"),
    "checks": ("cupola.lab.engines.checks", "what the budget and the checks of guest code cost"),
    "options": ("cupola.lab.engines.options", "what each optimization that can be switched is worth"),
    "start": ("cupola.lab.engines.starting", "how long the first use and every later start take"),
    "lookup": ("cupola.lab.engines.lookup", "how long the dictionary takes to find a word"),
    "text": ("cupola.lab.engines.text_speed", "how fast source text is interpreted, beside gforth-fast"),
}
"""Measurements of Forth's engines themselves: name -> module, what it says."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola bench`."""
    add = parser.add_argument
    said = "; ".join(f"{name}: {what}" for name, (_, what) in MEASUREMENTS.items())
    add(
        "language",
        metavar="WHAT",
        choices=[*LANGUAGES, *MEASUREMENTS],
        help=f"{', '.join(LANGUAGES)}: the programs of that language; {said}",
    )
    add(
        "--vs",
        metavar="PEER",
        help=f"the reference: {', '.join(PEERS)}, or an arm's name (default: the first arm)",
    )
    add(
        "--tiers",
        default=TIERS,
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
    from cupola.lab.errors import guarded

    try:
        return guarded("cupola bench", lambda: run(args))
    except KeyboardInterrupt:
        print("\ncupola bench: interrupted, no table written", file=sys.stderr)
        return 130


def run(args: Namespace) -> int:
    """Measure and write, as `main`; wrong usage is an exception."""
    import tempfile
    from pathlib import Path

    from cupola.lab.bench import report
    from cupola.lab.bench.arms import arms_of, warm_up
    from cupola.lab.bench.programs import EXTENSIONS, UsageError, directory_of, empty_program, programs_in
    from cupola.lab.bench.results import experiment_of, measure

    if args.runs < 1:
        raise UsageError(f"--runs {args.runs}: expected at least 1")
    if args.language in MEASUREMENTS:
        return measure_engines(args)
    arms = arms_of(args.vs, args.tiers, args.arm)
    programs = programs_in(
        directory_of(args.language, args.directory), EXTENSIONS[args.language], args.program
    )
    about = report.setting(args.language, args.runs, seed_of(args))
    with tempfile.TemporaryDirectory() as scratch:
        start = empty_program(Path(scratch), args.language)
        experiment = experiment_of(
            arms, [*programs, start], runs=args.runs, seed=about.seed, timeout=args.timeout
        )
        warm_up(experiment, start)
        results = measure(experiment)
    write(report.of_programs(results, about), args)
    return 1 if results.problems() else 0


def measure_engines(args: Namespace) -> int:
    """Run one of `MEASUREMENTS` and write what it found."""
    from importlib import import_module

    from cupola.lab.bench import report
    from cupola.lab.bench.programs import EXTENSIONS, directory_of, programs_in

    about = report.setting(args.language, args.runs, seed_of(args))
    programs = programs_in(directory_of("forth", args.directory), EXTENSIONS["forth"], args.program)
    write(import_module(MEASUREMENTS[args.language][0]).run(programs, about), args)
    return 0


def seed_of(args: Namespace) -> int:
    """The seed that was given, or a random one."""
    return args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "big")


def write(written: Report, args: Namespace) -> None:
    """Write a report in the form and to the place that the command line says."""
    from pathlib import Path

    from cupola.lab.bench import report

    report.write(written, args.format, Path(args.output) if args.output else None)
