"""Programs and exactly what they print, from text files: one reader for the tables of several word sets.

    === name
    the program, any number of lines
    --- prints
    what it prints, any number of lines, the end of the last one apart

A name may end with the place in a standard that the case comes from, in brackets: `=== PICK counts from 1 [79: 1]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DIVIDER = "--- prints"


@dataclass(frozen=True)
class Program:
    """A program and all that it prints."""

    name: str
    source: str
    expected: str

    def __str__(self) -> str:
        return self.name


def read_programs(path: Path) -> list[Program]:
    """The programs of a file; ValueError for one without a line that divides it."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        head, _, rest = block.partition("\n")
        source, divider, expected = rest.partition(f"{DIVIDER}\n")
        if not divider:
            raise ValueError(f"{path.name}: case {head!r} has no line {DIVIDER!r}")
        found.append(Program(head, source, expected.removesuffix("\n")))
    return found
