"""`cupola profile`: find out what a program does most: by samples, or by counts that `cupola run --profile` uses."""

from __future__ import annotations

import os
import sys

import cupola.languages
from cupola.cli import sampled
from cupola.cli.run import program_of
from cupola.launch import start, status, switches, units
from cupola.launch.program import text_step

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cupola.launch.program import Program
    from cupola.policy.profile import Profile

DESCRIPTION = """\
Run a program and find out what it does most.

Lua: look about once a millisecond where the program is. A table of the functions and lines that took the most time goes
to standard error; what other tools show goes to STEM.folded (flame graphs), STEM.speedscope.json (speedscope.app) and
STEM.trace.json (ui.perfetto.dev, chrome://tracing).

Forth: count how often each straight run of instructions is executed, and write that to a file. Runs with --profile FILE
then get superinstructions of their own (which are compiled once), hot words are put in the place of their calls, and
branches are laid out by the way that they usually go."""
EPILOG = """\
examples:
  cupola profile program.lua one two                  # samples; program.speedscope.json and others
  cupola profile -o /tmp/today --formats speedscope --interval 500us program.lua
  cupola profile -o sort.profile sort.fs
  cupola run --profile sort.profile --with branch-layout sort.fs
  cupola profile --add -o all.profile other.fs        # adds to what the file has"""
SHOWN = 12


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola profile`."""
    add = parser.add_argument
    add("program", nargs="?", metavar="PROGRAM", help="a file, or - for standard input")
    add("arguments", nargs="...", metavar="ARGS", help="the program's own arguments")
    add(
        "-e",
        dest="steps",
        action="append",
        default=[],
        type=text_step,
        metavar="CODE",
        help="run this text instead of a file",
    )
    add(
        "-o",
        dest="file",
        metavar="FILE",
        help="where the profile is written; Lua: STEM, default: the program's name",
    )
    add("--add", action="store_true", help="add to the profile that FILE has already (Forth)")
    switches.add_language(parser)
    group = parser.add_argument_group("samples (Lua)")
    group.add_argument(
        "--formats", type=switches.amount(sampled.formats), default=list(sampled.FORMATS), metavar="LIST",
        help="which files: folded,speedscope,trace (default: all), or '' for none",
    )  # fmt: skip
    group.add_argument(
        "--interval",
        type=switches.amount(units.seconds),
        default=0.001,
        metavar="TIME",
        help="between samples, default 1ms",
    )
    group.add_argument("--rows", type=int, default=SHOWN, metavar="N", help=f"of the table, default {SHOWN}")


def main(args: Namespace) -> int:
    """Run the program and find out what it does most; the exit status of the run."""
    wanted = program_of(args)
    if "sampling" in cupola.languages.load(wanted.language).SPECIAL:
        return sampled.main(args, wanted)
    return count(args, wanted)


def count(args: Namespace, wanted: Program) -> int:
    """Run the program, counting, and write its profile; the exit status of the run."""
    from cupola.policy.profile import ProfileError, load

    language = wanted.language
    if args.file is None:
        raise status.UsageError("where shall the profile go? Say it with -o FILE")
    try:
        known = load(args.file, language) if args.add and os.path.exists(args.file) else None
        vm = start.make_vm(
            language, "threaded", output=sys.stdout, arguments=wanted.arguments, profiling=True
        )
    except ProfileError as error:
        raise status.UsageError(str(error)) from None
    except start.StartError as error:
        print(f"cupola profile: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    ended = start.run(vm, lambda: vm.run(wanted.text or "", wanted.name))
    made = vm.make_profile()
    if known is not None:
        made.merge(known)
    gains = derive(language, made)
    made.superinstructions = [names for names, _ in gains]
    try:
        with open(args.file, "w", encoding="utf-8") as file:
            file.write(made.text())
    except OSError as error:
        raise status.UsageError(f"cannot write {args.file}: {error.strerror}") from None
    show(made, gains, args.file)
    return ended


def derive(language: str, profile: Profile) -> list[tuple[tuple[str, ...], int]]:
    """The superinstructions that the profile asks for, and the dispatches that each saves."""
    import importlib

    module = importlib.import_module(f"cupola.languages.{language}.profiling")
    found: list[tuple[tuple[str, ...], int]] = module.derived(profile)
    return found


def show(profile: Profile, gains: list[tuple[tuple[str, ...], int]], path: str) -> None:
    """What was found, on standard error."""
    total = sum(count * len(run) for run, count in profile.runs.items())
    hot = sum(each.is_hot for each in profile.functions.values())
    lines = [
        f"{path}: {total:,} instructions in {len(profile.runs):,} straight runs, {len(profile.functions):,} "
        f"functions, {hot:,} of them hot, {len(gains):,} superinstructions to add"
    ]
    for names, count in gains[:SHOWN]:
        lines.append(f"  saves {count / total:6.2%}  {' '.join(name.replace(' ', '~') for name in names)}")
    print("\n".join(lines), file=sys.stderr)
