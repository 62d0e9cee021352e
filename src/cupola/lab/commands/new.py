"""`cupola lab new NAME`: write the commented file of a new experiment, and a program to begin with."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

DESCRIPTION = """\
Write NAME.toml, the file of a new experiment with every field explained, and NAME.fs, a program for it to run. Nothing
is overwritten. What comes next: change both, then `cupola lab register NAME`, then `cupola lab run NAME`."""
EPILOG = """\
examples:
  cupola lab new cache
  cupola lab new cache --directory experiments"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab new`."""
    parser.add_argument("name", metavar="NAME", help="of the experiment: letters, digits and hyphens")
    parser.add_argument(
        "--directory", type=Path, default=Path(), metavar="DIR", help="where to write (default: here)"
    )


def main(args: Namespace) -> int:
    """Write both files; 0. Raises LabError."""
    from cupola.lab.errors import LabError
    from cupola.lab.experiment.sense import NAME
    from cupola.lab.experiment.template import PROGRAM, template

    if NAME.fullmatch(args.name) is None:
        raise LabError(f"NAME: expected letters, digits and hyphens, found {args.name!r}")
    path = args.directory / f"{args.name}.toml"
    program = args.directory / f"{args.name}.fs"
    try:
        args.directory.mkdir(parents=True, exist_ok=True)
        _write(path, template(args.name))
        if not program.exists():
            _write(program, PROGRAM)
    except FileExistsError as error:
        raise LabError(f"{error.filename}: it is there already, and is not overwritten") from None
    except OSError as error:
        raise LabError(f"{error.filename}: it cannot be written: {error.strerror}") from None
    print(f"{path}\n{program}")
    print(f"Change them; then: cupola lab register {path}")
    return 0


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
