"""What a running program is seen at from outside: one place for each function that runs, and who wants to know."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Spot(NamedTuple):
    """A place in a function that runs: the function's name, the file and the line where it begins (0 for a whole
    file; nothing and 0 for one that is in no file), and the line that it is at (0: none)."""

    name: str
    file: str
    begins: int
    line: int


class Watcher(Protocol):
    """Who watches a program: a VM calls it on its own thread."""

    def begin(self) -> None:
        """The program begins to run, or goes on."""

    def sample(self) -> None:
        """A sample was wanted, and the program has stopped for it."""

    def end(self) -> None:
        """The program does not run any more."""
