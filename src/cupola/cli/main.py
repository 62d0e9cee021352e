"""`cupola`: finds the command that is meant and runs it.

A command is a module of this folder with two functions, `add_arguments(parser)` and `main(args) -> exit status`; or,
where it has commands of its own, with one, `run_line(arguments) -> exit status`. It is imported when the command is
used, and only its own parser is built: the start of `cupola run` pays for nothing else.
"""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Group -> name -> (module, what it does).
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Programs": {
        "run": ("cupola.cli.run", "run a program"),
        "repl": ("cupola.cli.repl", "talk to a language, line by line"),
    },
    "Looking inside": {
        "dump": ("cupola.cli.dump", "show one function as bytecode, IR, LLVM or machine code"),
        "profile": ("cupola.cli.profile", "find out what a program does most, for later runs to use"),
        "heat": ("cupola.cli.heat", "draw the heat of a program's words over time"),
        "doctor": ("cupola.cli.doctor", "find out what works on this machine, and clear the cache"),
    },
    "Measuring": {
        "bench": (
            "cupola.lab.bench.command",
            "measure the engines of a language, and other systems beside them",
        ),
        "lab": ("cupola.cli.lab", "experiments: register, run, compare, with intervals and a verdict"),
    },
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's); its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if argv is None and arguments[:1] == ["run"]:
        gc.disable()  # until there is a VM: see `launch.start`
    try:
        return _main(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _broken_pipe()


def _main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version", "version"):
        from cupola import __version__

        print(f"cupola {__version__}")
        return 0
    known = {name: command for group in COMMANDS.values() for name, command in group.items()}
    if arguments[0] not in known:
        print(_unknown(arguments[0], list(known)), file=sys.stderr)
        return 2
    from cupola.launch.status import UsageError

    name = arguments[0]
    module_name, summary = known[name]
    module: Any = __import__(module_name, fromlist=["main"])
    try:
        if hasattr(module, "run_line"):
            status: int = module.run_line(arguments[1:])
        else:
            status = module.main(_parse(module, name, summary, arguments[1:]))
    except UsageError as error:
        print(f"cupola {name}: {error}", file=sys.stderr)
        return 2
    except SystemExit as end:  # argparse: after help 0, after an error 2
        return end.code if isinstance(end.code, int) else 2
    sys.stdout.flush()
    return status


def _parse(module: Any, name: str, summary: str, arguments: list[str]) -> Any:
    quick = getattr(module, "quick", None)
    found = None if quick is None else quick(arguments)
    if found is not None:
        return found
    from cupola.cli.parsing import parse

    return parse(module, name, summary, arguments)


def overview() -> str:
    """What `cupola --help` prints."""
    from cupola import __version__

    lines = [f"Cupola {__version__}: fast virtual machines from instructions written once.", ""]
    lines += ["usage: cupola COMMAND [...]", ""]
    for group, commands in COMMANDS.items():
        lines.append(f"{group}:")
        lines += [f"  {name:8} {summary}" for name, (_, summary) in commands.items()]
        lines.append("")
    lines += [
        "cupola COMMAND --help explains a command, cupola --version prints the version.",
        "",
        "For a start:",
        "  cupola run examples/hello.fs",
        "  cupola run -e ': square dup * ; 7 square .'",
        "  cupola repl forth",
    ]
    return "\n".join(lines)


def _unknown(found: str, known: list[str]) -> str:
    import os

    from cupola.cli.parsing import unknown

    if os.path.exists(found):
        return f"cupola: {found!r} is a file, not a command; to run it: cupola run {found}"
    return unknown("cupola", found, known)


def _broken_pipe() -> int:
    """Whoever read our output went away: end quietly, and let Python's own flush at the end write to nowhere."""
    import os

    from cupola.launch.status import BROKEN_PIPE

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return BROKEN_PIPE
