"""Which file a command means: an experiment by name or file, a journal by an option or beside its experiment."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from cupola.lab.errors import LabError
from cupola.lab.journal.database import NAME

HERE = (Path(), Path("experiments"))
"""Where experiments are looked for by name, and their journal."""


def add_experiment(parser: ArgumentParser) -> None:
    """Declare the argument that names an experiment."""
    parser.add_argument(
        "experiment",
        metavar="EXPERIMENT",
        help="its file, or its name where NAME.toml lies here or in experiments/",
    )


def add_journal(parser: ArgumentParser) -> None:
    """Declare the option that names a journal."""
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help=f"the journal (default: {NAME} beside the experiment's file)",
    )


def experiment_file(name: str) -> Path:
    """The file of an experiment. Raises LabError where there is none."""
    path = Path(name)
    if path.is_file():
        return path
    found = [each / f"{name}.toml" for each in HERE if (each / f"{name}.toml").is_file()]
    if found:
        return found[0]
    if path.suffix == ".toml" or len(path.parts) > 1:
        raise LabError(f"{name}: there is no such file; cupola lab new NAME writes a new experiment")
    known = sorted({each.stem for directory in HERE for each in directory.glob("*.toml")})
    there = f"; there are {', '.join(known[:12])}" if known else ""
    raise LabError(
        f"{name}: expected an experiment's file, or its name: there is no {name}.toml here or in experiments/{there}; "
        "cupola lab new NAME writes a new one"
    )


def journal_of(experiment: Path, named: Path | None) -> Path:
    """The journal of an experiment's file."""
    return named or experiment.parent / NAME


def journal_here(named: Path | None) -> Path:
    """The journal where no experiment is named: the one here, or in experiments/."""
    if named is not None:
        return named
    found = [each / NAME for each in HERE if (each / NAME).is_file()]
    return found[0] if found else Path(NAME)
