"""`cupola run`: run a program. This is the command that people wait for: it imports only what a run needs."""

from __future__ import annotations

import sys

from cupola.cli import start, status, units
from cupola.languages import language_of_image

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence
    from typing import Any

    from cupola.api import VM, Limits

DESCRIPTION = """\
Run a program. What follows PROGRAM belongs to the program: its arguments (Forth: NEXT-ARG).
PROGRAM is a file, or - for a program on standard input; -e gives the text itself."""
EPILOG = """\
exit status: 0 done, 1 the program failed, 2 wrong usage, 3 a limit was reached, 130 Ctrl-C

examples:
  cupola run examples/life.fs
  cupola run --tier threaded --stats bench/forth/fib.fs
  cupola run --time-limit 2s --memory-limit 16MiB untrusted.fs
  echo '6 7 * .' | cupola run -"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola run`."""
    from cupola.language.limits import FILES

    add = parser.add_argument
    add("program", nargs="?", metavar="PROGRAM", help="a file, or - for standard input")
    add("arguments", nargs="...", metavar="ARGS", help="the program's own arguments")
    add(
        "-e",
        dest="text",
        action="append",
        metavar="CODE",
        help="run this text instead of a file; may be repeated",
    )
    start.add_language(parser)
    add(
        "--stats",
        choices=("text", "json"),
        help="afterwards, tell on standard error what happened; --stats=json for machines",
    )
    start.add_options(parser)
    start.add_physics(parser)
    add("--blocks", metavar="FILE", help="the file of the program's blocks (Forth; default: blocks.fb)")
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--time-limit", type=_amount(units.seconds), metavar="TIME", help="such as 10s, 500ms or 2m"
    )
    limits.add_argument(
        "--step-limit", type=_amount(units.count), metavar="N", help="instructions, such as 1_000_000 or 10M"
    )
    limits.add_argument(
        "--memory-limit",
        type=_amount(units.size),
        metavar="SIZE",
        help="of the program's data, such as 64MiB",
    )
    limits.add_argument(
        "--files",
        choices=FILES,
        default="all",
        help="which files the program may open, or include: all (default), read (none to write), none",
    )
    limits.add_argument(
        "--no-foreign",
        action="store_true",
        help="the program may not call C functions; it may not with any other limit, either",
    )


def quick(arguments: list[str]) -> Plain | None:
    """The arguments of the plain `cupola run PROGRAM [ARGS]`, without argparse, whose import takes 10 ms.

    None when they begin with an option. There can be none later: what follows PROGRAM is the program's.
    """
    if not arguments or arguments[0].startswith("-"):
        return None
    return Plain(arguments[0], arguments[1:])


class Plain:
    """What argparse would make of a command line without options."""

    text = language = stats = time_limit = step_limit = memory_limit = None
    tier = "auto"
    files = "all"
    blocks = None
    no_foreign = False
    on: Sequence[str] = ()
    off: Sequence[str] = ()
    list_options = False
    profile: str | None = None
    physics: str | None = None
    knobs: Sequence[str] = ()

    def __init__(self, program: str, arguments: list[str]) -> None:
        self.program = program
        self.arguments = arguments


def prepare(arguments: list[str]) -> list[str]:
    """`--stats` alone means `--stats=text`; argparse would take the program for its value."""
    return ["--stats=text" if each == "--stats" else each for each in arguments]


def _amount(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """`read` with its ValueError as argparse wants it: with the message."""

    def amount(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            from argparse import ArgumentTypeError

            raise ArgumentTypeError(str(error)) from None

    return amount


def main(args: Namespace | Plain) -> int:
    """Run the program; the exit status."""
    if args.list_options:
        print(start.listed_options())
        return status.OK
    image, found = image_of(args)
    if found is not None:
        language, name, text, arguments = found, args.program, "", list(args.arguments)
    else:
        language, name, text, arguments = program_of(args)
    try:
        vm = start.make_vm(
            language,
            args.tier,
            limits_of(args),
            output=sys.stdout,
            arguments=arguments,
            counting=bool(args.stats),
            options=start.options_of(args),
            physics=start.physics_of(args),
            blocks=args.blocks,
            profile=args.profile,
            image=image,
        )
    except start.StartError as error:
        print(f"cupola run: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    began = _now()
    ended = run(vm, lambda: start_image(vm) if image else vm.run(text, name))
    if args.stats:
        show_statistics(vm, args.stats, _now() - began)
    return start.close(vm) or ended


def image_of(args: Namespace | Plain) -> tuple[str | None, str | None]:
    """The program's file and its language, if it is a system image."""
    if args.text is not None or args.program in (None, "-"):
        return None, None
    found = language_of_image(args.program)
    return (None, None) if found is None else (args.program, found)


def start_image(vm: VM) -> None:
    """Run the entry word of an image; or, if it has none, the program that its arguments begin with, or that stands on
    standard input."""
    if vm.system.entry:
        vm.start()
    elif vm.system.arguments:
        name = vm.system.arguments.pop(0)
        vm.run(start.read_program(name), name)
    else:
        vm.run(start.text_of(sys.stdin.buffer.read()), "<standard input>")


def run(vm: VM, act: Callable[[], None]) -> int:
    """Run a program; errors go to standard error."""
    from cupola.language.limits import Interrupted, LimitReached, RunError

    try:
        act()
    except RunError as error:
        sys.stdout.flush()
        in_line = vm.system.output.in_line and sys.stdout.isatty() and sys.stderr.isatty()
        print("\n" * in_line + error.show(), file=sys.stderr)
        if isinstance(error, LimitReached):
            return status.LIMIT
        return status.INTERRUPTED if isinstance(error, Interrupted) else status.GUEST_ERROR
    return status.OK


def program_of(args: Namespace | Plain) -> tuple[str, str, str, list[str]]:
    """The language, the program's name, its text, and its arguments."""
    arguments = list(args.arguments)
    if args.text is not None:
        if args.program is not None:
            arguments.insert(0, args.program)
        return start.language_for(None, args.language), "<command line>", "\n".join(args.text), arguments
    if args.program is None:
        raise status.UsageError("what shall be run? Name a file, - for standard input, or -e 'code'")
    if args.program == "-":
        language = start.language_for(None, args.language)
        return language, "<standard input>", start.text_of(sys.stdin.buffer.read()), arguments
    language = start.language_for(args.program, args.language)
    return language, args.program, start.read_program(args.program), arguments


def limits_of(args: Namespace | Plain) -> Limits:
    """The limits that were asked for."""
    from cupola.language.limits import Limits

    return Limits(time=args.time_limit, steps=args.step_limit, memory=args.memory_limit, files=args.files,
        foreign=False if args.no_foreign else None,
    )  # fmt: skip


def show_statistics(vm: VM, form: str, seconds: float) -> None:
    """What happened, on standard error: as lines for people, or as one JSON object with names in snake_case."""
    found = {"language": vm.language, "run seconds": round(seconds, 6), **vm.statistics()}
    if form == "json":
        import json

        print(json.dumps(_in_snake_case(found)), file=sys.stderr)
        return
    width = max(len(name) for name in found)
    for name, value in found.items():
        print(f"  {name:{width}}  {_shown(value)}", file=sys.stderr)


def _in_snake_case(found: dict[str, Any]) -> dict[str, Any]:
    """The statistics with names that are identifiers; what counts the guest's own words keeps their names."""
    return {
        name.replace(" ", "_").replace("-", "_"): (
            _in_snake_case(value) if name == "physics" and isinstance(value, dict) else value
        )
        for name, value in found.items()
    }


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        if any(not isinstance(each, int) for each in value.values()):
            return "".join(f"\n    {name}: {_shown(each)}" for name, each in value.items())
        return ", ".join(f"{name}: {count:,}" for name, count in value.items()) or "none"
    if isinstance(value, float):
        return f"{value:.6f}"
    return f"{value:,}" if isinstance(value, int) else "not counted" if value is None else str(value)


def _now() -> float:
    import time

    return time.perf_counter()
