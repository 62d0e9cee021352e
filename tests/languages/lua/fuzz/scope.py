"""What a random program has written so far: its lines, and the names that can be used, by kind."""

from __future__ import annotations

import random
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER, STRING, ANY, ARRAY, MAP, OBJECT, FUNCTION = (
    "number",
    "string",
    "any",
    "array",
    "map",
    "object",
    "function",
)
MOST_LOCALS = 100  # of a function, so that Lua's limits are not met


class Writer:
    """The lines of a program, its scopes, and its source of chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.depth = 0
        self.scopes: list[list[tuple[str, str]]] = [[]]
        self.count = 0
        self.loops = 0  # loops around, in this function
        self.varargs = False
        self.constants: set[str] = set()

    def line(self, text: str) -> None:
        """Write a line, indented."""
        self.lines.append("  " * self.depth + text)

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self.random.randrange(100) < percent

    @contextmanager
    def block(self, head: str, tail: str = "end") -> Iterator[None]:
        """A block with names of its own."""
        self.line(head)
        self.depth += 1
        self.scopes.append([])
        yield
        self.scopes.pop()
        self.depth -= 1
        self.line(tail)

    @contextmanager
    def function(self, head: str, varargs: bool = False, tail: str = "end") -> Iterator[None]:
        """The body of a function: loops outside cannot be left from within."""
        kept = self.loops, self.varargs
        self.loops, self.varargs = 0, varargs
        with self.block(head, tail):
            self.line("burn()")
            yield
        self.loops, self.varargs = kept

    def fresh(self, prefix: str) -> str:
        """A name that is not used yet."""
        self.count += 1
        return f"{prefix}{self.count}"

    def declare(self, name: str, kind: str, constant: bool = False) -> str:
        """A name is visible from here to the end of the block."""
        self.scopes[-1].append((name, kind))
        if constant:
            self.constants.add(name)
        return name

    def names(self, *kinds: str, writable: bool = False) -> list[str]:
        """The visible names of these kinds."""
        return [
            name
            for scope in self.scopes
            for name, kind in scope
            if kind in kinds and not (writable and name in self.constants)
        ]

    def pick(self, *kinds: str) -> str | None:
        """One of them, the newer ones rather, or None."""
        found = self.names(*kinds)
        if not found:
            return None
        if self.chance(50):
            return self.random.choice(found[-4:])
        return self.random.choice(found)
