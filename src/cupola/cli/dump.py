"""`cupola dump`: one function of a program at every stage, from guest code to machine code."""

from __future__ import annotations

import sys

from cupola.launch import start, status

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

STAGES = ("bytecode", "ir", "llvm", "asm")
TIERS = ("threaded", "baseline")
DESCRIPTION = """\
Run a program, then show one of its functions (Forth: a word; Lua: by the name that it is declared with). The program
does run: what it defines is not known before. Its output goes to standard error."""
EPILOG = """\
stages:
  bytecode  the guest code: instructions, operands, cells in registers, superinstructions, labels
  ir        the IR of the handlers (threaded) or stencils (baseline) that the function uses
  llvm      their LLVM text
  asm       the machine code: of the handlers, or of the function with its stencils and operands named

examples:
  cupola dump bench/forth/fib.fs fib --as asm --tier baseline
  cupola dump -e ': square dup * ;' square"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola dump`."""
    add = parser.add_argument
    add(
        "names",
        nargs="+",
        metavar="PROGRAM WORD",
        help="the program's file (not with -e), and the function's name",
    )
    add("-e", dest="text", metavar="CODE", help="run this text instead of a file")
    add("--language", "-l", help="default: by the file's ending")
    add(
        "--as",
        dest="stage",
        choices=STAGES,
        default="bytecode",
        help="the stage to show (default: %(default)s)",
    )
    add("--tier", choices=TIERS, default="baseline", help="whose code is meant (default: %(default)s)")


def main(args: Namespace) -> int:
    """Show the function; 0, or 1 if the program fails, or 2 if it has no such function."""
    from cupola.language.limits import RunError

    language, name, text, wanted = _what(args)
    try:
        vm = start.make_vm(language, "auto", output=sys.stderr)
    except start.StartError as error:
        print(f"cupola dump: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    try:
        vm.run(text, name)
    except RunError as error:
        print(
            f"{error.show()}\ncupola dump: the program failed; showing what it had defined", file=sys.stderr
        )
    sys.stderr.flush()
    try:
        unit = vm.system.unit_named(wanted)
    except LookupError:
        raise status.UsageError(f"{name} defines no {wanted!r}{_near(wanted, vm.words())}") from None
    print(show(vm.system, unit, language, args.stage, args.tier))
    return status.OK


def show(system: Any, found: tuple[int, int, str], language: str, stage: str, tier: str) -> str:
    """One stage of one function."""
    from cupola.observe.decode import Unit

    unit = Unit(*found)
    if stage == "bytecode":
        from cupola.observe.listing import bytecode

        return bytecode(system, unit)
    if stage == "asm":
        from cupola.observe import native

        return native.baseline(system, unit) if tier == "baseline" else native.threaded(system, unit)
    import importlib

    from cupola.observe import stages

    definition = importlib.import_module(f"cupola.languages.{language}.image").define()
    make = stages.ir if stage == "ir" else stages.llvm
    return make(system, unit, definition, tier)


def _what(args: Namespace) -> tuple[str, str, str, str]:
    """The language, the program's name, its text, and the function's name."""
    names = args.names
    expected = 1 if args.text is not None else 2
    if len(names) != expected:
        form = "-e CODE WORD" if args.text is not None else "PROGRAM WORD"
        raise status.UsageError(f"expected {form}, found {' '.join(names)}")
    if args.text is not None:
        return start.language_for(None, args.language), "<command line>", args.text, names[0]
    language = start.language_for(names[0], args.language)
    return language, names[0], start.read_program(names[0]), names[1]


def _near(wanted: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(wanted, known, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""
