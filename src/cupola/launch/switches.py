"""The switches that say what VM a program gets, and what they mean: each is declared here, once."""

from __future__ import annotations

import cupola.languages
from cupola.launch import units
from cupola.launch.status import UsageError

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Sequence
    from typing import Any

    from cupola.api import Limits, Options, Physics

TIERS = ("auto", "switch", "table", "threaded", "baseline")


def add_vm(parser: ArgumentParser) -> None:
    """Declare all that says what VM a program gets; see `vm_arguments`."""
    add_language(parser)
    add_surroundings(parser)


def add_surroundings(parser: ArgumentParser) -> None:
    """Declare what `add_vm` does, without the language and the tier."""
    add_options(parser)
    add_physics(parser)
    add_blocks(parser)
    add_limits(parser)


def add_program(parser: ArgumentParser) -> None:
    """Declare the program and its arguments."""
    parser.add_argument("program", nargs="?", metavar="PROGRAM", help="a file, or - for standard input")
    parser.add_argument("arguments", nargs="...", metavar="ARGS", help="the program's own arguments")


def add_language(parser: ArgumentParser, *, short: Sequence[str] = ("-l",)) -> None:
    """Declare `--language` (with its short form) and `--tier`."""
    parser.add_argument(
        "--language",
        *short,
        choices=sorted(cupola.languages.LANGUAGES),
        help="default: by the file's ending, else forth",
    )
    parser.add_argument(
        "--tier",
        choices=TIERS,
        default="auto",
        help="auto: interpret, compile what is worth it (default); baseline: compile everything at its first call; "
        "threaded, switch, table: interpreters only",
    )


def add_options(parser: ArgumentParser) -> None:
    """Declare `--with`, `--without` and `--profile`."""
    group = parser.add_argument_group("optimizations")
    for flag, name, what in (
        ("--with", "on", "switch this one on"),
        ("--without", "off", "switch this one off"),
    ):
        group.add_argument(
            flag, dest=name, action="append", default=[], metavar="NAME", help=f"{what}; may be repeated"
        )
    group.add_argument("--profile", metavar="FILE", help="compile with what `cupola profile` found out")


def add_physics(parser: ArgumentParser) -> None:
    """Declare `--physics` and `--physics-set`."""
    group = parser.add_argument_group("physics")
    group.add_argument(
        "--physics",
        metavar="NAME",
        help="count how often each word runs, and what follows: off (default), starforth-paper, starforth-head",
    )
    group.add_argument(
        "--physics-set",
        dest="knobs",
        action="append",
        default=[],
        metavar="KNOB=VALUE",
        help="change one of its knobs (docs/physics.md); may be repeated",
    )


def add_blocks(parser: ArgumentParser) -> None:
    """Declare `--blocks`."""
    parser.add_argument(
        "--blocks", metavar="FILE", help="the file of the program's blocks (Forth; default: blocks.fb)"
    )


def add_limits(parser: ArgumentParser) -> None:
    """Declare what a run may use."""
    from cupola.language.limits import FILES

    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--time-limit", type=amount(units.seconds), metavar="TIME", help="such as 10s, 500ms or 2m"
    )
    limits.add_argument(
        "--step-limit", type=amount(units.count), metavar="N", help="instructions, such as 1_000_000 or 10M"
    )
    limits.add_argument(
        "--memory-limit",
        type=amount(units.size),
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


def amount(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """`read` with its ValueError as argparse wants it: with the message."""

    def amount(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            from argparse import ArgumentTypeError

            raise ArgumentTypeError(str(error)) from None

    return amount


# --- what they mean -------------------------------------------------------------------------------------------------


def vm_arguments(args: Any) -> dict[str, Any]:
    """What the VM of a command line gets, by the names of `start.make_vm`. Raises UsageError."""
    return {
        "tier": args.tier,
        "limits": limits_of(args),
        "options": options_of(args),
        "physics": physics_of(args),
        "blocks": args.blocks,
        "profile": args.profile,
    }


def physics_of(args: Any) -> Physics:
    """The physics that a command line wants. Raises UsageError."""
    from cupola.policy.physics import presets

    try:
        return presets.physics_of(args.physics, args.knobs)
    except ValueError as error:
        raise UsageError(str(error)) from None


def options_of(args: Any) -> Options:
    """The optimizations that a command line wants. Raises UsageError."""
    from cupola.policy import options

    try:
        return options.options_of(args.on, args.off)
    except ValueError as error:
        raise UsageError(str(error)) from None


def limits_of(args: Any) -> Limits:
    """The limits that were asked for."""
    from cupola.language.limits import Limits

    return Limits(time=args.time_limit, steps=args.step_limit, memory=args.memory_limit, files=args.files,
        foreign=False if args.no_foreign else None,
    )  # fmt: skip


def listed_options() -> str:
    """What `--options` prints."""
    from cupola.policy import options

    return f"Optimizations that can be switched (--with NAME, --without NAME):\n{options.listing()}"
