"""The programs of a benchmark: a folder with a file `expected.toml` that says what each must print."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import Workload

EXTENSIONS = {"forth": ".fs"}
START_UP = "(start-up)"
"""The name of the empty program, whose time is the arm's start-up."""


class UsageError(LabError):
    """The benchmark cannot be run as it was asked for; the message says what to do."""


@dataclass(frozen=True)
class Program:
    """A program and what it must print, blanks at the ends of lines aside; None where that is not said."""

    name: str
    path: Path
    expected: str | None

    @property
    def workload(self) -> Workload:
        """The program as an experiment has it."""
        return Workload(self.name, str(self.path), expected=self.expected)


def directory_of(language: str, given: str | None) -> Path:
    """Where the programs lie: as given, in the working directory, or in the checkout of this file."""
    places = (
        [Path(given)]
        if given
        else [base / "bench" / language for base in (Path(), Path(__file__).parents[4])]
    )
    for place in places:
        if (place / "expected.toml").is_file():
            return place
    raise UsageError(f"no expected.toml in {' or '.join(map(str, places))}; say where it is with --directory")


def programs_in(directory: Path, extension: str, wanted: Sequence[str]) -> list[Program]:
    """The programs of a directory with what they must print, all or those wanted."""
    expected = tomllib.loads((directory / "expected.toml").read_text(encoding="utf-8"))
    for name in wanted:
        if name not in expected:
            raise UsageError(f"--program {name}: expected one of {', '.join(expected)}")
    programs = []
    for name, output in expected.items():
        path = directory / f"{name}{extension}"
        if wanted and name not in wanted:
            continue
        if not path.is_file():
            raise UsageError(f"{path}: expected.toml names it, but there is no such file")
        programs.append(Program(name, path.resolve(), output))
    return programs


def empty_program(folder: Path, language: str) -> Program:
    """The empty program, written into a folder."""
    path = folder / f"empty{EXTENSIONS[language]}"
    path.write_text("")
    return Program(START_UP, path, "")
