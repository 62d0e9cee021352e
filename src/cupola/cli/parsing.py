"""Makes the parser of one command, in the form that all of them share.

Imported only where a command line needs argparse, which takes 10 ms: the plain `cupola run PROGRAM` does not.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Any


def parse(module: Any, name: str, summary: str, arguments: Sequence[str]) -> Namespace:
    """Parse the arguments of the command `cupola NAME`, which `module` is; SystemExit after help or an error."""
    parser = ArgumentParser(
        prog=f"cupola {name}",
        description=getattr(module, "DESCRIPTION", summary[0].upper() + summary[1:] + "."),
        epilog=getattr(module, "EPILOG", None),
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    prepare = getattr(module, "prepare", None)
    return parser.parse_args(arguments if prepare is None else prepare(arguments))


def unknown(command: str, found: str, known: Sequence[str]) -> str:
    """What is said about a command that does not exist."""
    from difflib import get_close_matches

    close = get_close_matches(found, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"{command}: unknown command {found!r}: expected one of {', '.join(known)}{hint}"


def _formatter(prog: str) -> RawDescriptionHelpFormatter:
    # Without a width it imports shutil, which takes 4 ms, also when no help is wanted.
    return RawDescriptionHelpFormatter(prog, width=_columns() - 2, max_help_position=28)


def _columns() -> int:
    """The width of the terminal; 100 without one."""
    try:
        return max(40, min(os.get_terminal_size(1).columns, 110))
    except OSError:
        return 100
