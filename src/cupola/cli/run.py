"""`cupola run`: run a program. This is the command that people wait for: it imports only what a run needs."""

from __future__ import annotations

import sys

from cupola.languages import LANGUAGES, WITH_STEPS, language_of_image
from cupola.launch import program, start, status, switches
from cupola.launch.program import Program

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from typing import Any

    from cupola.api import VM

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
    add = parser.add_argument
    switches.add_program(parser)
    add(
        "-e",
        dest="steps",
        action="append",
        default=[],
        type=program.text_step,
        metavar="CODE",
        help="run this text instead of a file (Lua: before it); may be repeated",
    )
    add(
        "-l",
        dest="steps",
        action="append",
        type=program.module_step,
        metavar="LANGUAGE|MODULE",
        help="short for --language; with another name: require this module first (Lua)",
    )
    switches.add_language(parser, short=())
    add(
        "--stats",
        choices=("text", "json"),
        help="afterwards, tell on standard error what happened; --stats=json for machines",
    )
    add(
        "--options",
        dest="list_options",
        action="store_true",
        help="list the optimizations with their defaults",
    )
    add(
        "--perf-map",
        action="store_true",
        help="name the native code for `perf`, in /tmp/perf-PID.map",
    )
    switches.add_surroundings(parser)


def quick(arguments: list[str]) -> Plain | None:
    """The arguments of the plain `cupola run PROGRAM [ARGS]`, without argparse, whose import takes 10 ms.

    None when they begin with an option. There can be none later: what follows PROGRAM is the program's.
    """
    if not arguments or arguments[0].startswith("-"):
        return None
    return Plain(arguments[0], arguments[1:])


class Plain:
    """What argparse would make of a command line without options."""

    language = stats = time_limit = step_limit = memory_limit = None
    steps: Sequence[tuple[str, str]] = ()
    tier = "auto"
    files = "all"
    blocks = None
    no_foreign = False
    on: Sequence[str] = ()
    off: Sequence[str] = ()
    list_options = perf_map = False
    profile: str | None = None
    physics: str | None = None
    knobs: Sequence[str] = ()

    def __init__(self, program: str, arguments: list[str]) -> None:
        self.program = program
        self.arguments = arguments


def prepare(arguments: list[str]) -> list[str]:
    """`--stats` alone means `--stats=text`; argparse would take the program for its value."""
    return ["--stats=text" if each == "--stats" else each for each in arguments]


def main(args: Namespace | Plain) -> int:
    """Run the program; the exit status."""
    if args.list_options:
        print(switches.listed_options())
        return status.OK
    if args.perf_map:
        from cupola.machine import perfmap

        perfmap.enable()
    image, found = image_of(args)
    if found is not None:
        wanted = Program(found, args.program, "", args.arguments)
    else:
        wanted = program_of(args)
    try:
        vm = start.make_vm(
            wanted.language,
            output=sys.stdout,
            arguments=wanted.arguments,
            counting=bool(args.stats),
            image=image,
            **switches.vm_arguments(args),
        )
    except start.StartError as error:
        print(f"cupola run: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    began = _now()
    ended = start.run(vm, lambda: start_image(vm) if image else run(vm, wanted))
    if args.stats:
        show_statistics(vm, args.stats, _now() - began)
    return start.close(vm) or ended


def image_of(args: Namespace | Plain) -> tuple[str | None, str | None]:
    """The program's file and its language, if it is a system image."""
    if any(kind == program.TEXT for kind, _ in args.steps) or args.program in (None, "-"):
        return None, None
    found = language_of_image(args.program)
    return (None, None) if found is None else (args.program, found)


def run(vm: VM, wanted: Program) -> int:
    """Run a program; the exit status that it ends with."""
    if hasattr(vm.system, "run_program"):
        ended: int = vm.system.run_program(wanted.steps, wanted.name, wanted.text, wanted.arguments)
        return ended
    vm.run(wanted.text or "", wanted.name)
    return status.OK


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


def program_of(args: Namespace | Plain) -> Program:
    """What the command line wants run."""
    language, steps = language_and_steps(args)
    arguments = list(args.arguments)
    file = None if args.program == "-" else args.program
    if language is None:
        language = start.language_for(None if any(kind == program.TEXT for kind, _ in steps) else file, None)
    if language in WITH_STEPS:
        if args.program is None and not steps:
            raise status.UsageError("what shall be run? Name a file, - for standard input, or -e 'code'")
        name = program.STANDARD_INPUT if file is None else file
        return Program(language, name, _text_of(args.program), arguments, steps)
    texts = [text for kind, text in steps if kind == program.TEXT]
    modules = [text for kind, text in steps if kind == program.MODULE]
    if modules:
        known = ", ".join(sorted(LANGUAGES))
        raise status.UsageError(f"-l {modules[0]}: {language} has no modules; the languages are {known}")
    if texts:
        if args.program is not None:
            arguments.insert(0, args.program)
        return Program(language, program.COMMAND_LINE, "\n".join(texts), arguments)
    if args.program is None:
        raise status.UsageError("what shall be run? Name a file, - for standard input, or -e 'code'")
    return Program(language, file or program.STANDARD_INPUT, _text_of(args.program), arguments)


def language_and_steps(args: Namespace | Plain) -> tuple[str | None, list[tuple[str, str]]]:
    """The language that was named, or that alone has modules; what comes before the program."""
    language, steps = args.language, []
    for kind, text in args.steps:
        if kind == program.MODULE and text in LANGUAGES:
            language = text
        else:
            steps.append((kind, text))
    if language is None and args.program in (None, "-") and any(kind == program.MODULE for kind, _ in steps):
        language = WITH_STEPS[0]
    return language, steps


def _text_of(path: str | None) -> str | None:
    """The text of a program: of a file, or - for standard input."""
    if path is None:
        return None
    return start.text_of(sys.stdin.buffer.read()) if path == "-" else start.read_program(path)


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
