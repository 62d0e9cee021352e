"""Makes a failing program smaller: drops statements, unwraps blocks, simplifies expressions, as long as it fails.

It reads the layout that the generator writes: a statement is a line, or a line and what is indented below it up to the
line that closes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Fails = Callable[[str], bool]
MOST_ROUNDS = 8
CLOSERS = ("end", "until", "else", "elseif", "}")


def indent(line: str) -> int:
    """How far a line is indented."""
    return len(line) - len(line.lstrip())


def extent(lines: list[str], start: int) -> int:
    """Where the statement that begins on a line ends (the number of the line after it)."""
    level = indent(lines[start])
    at = start + 1
    while at < len(lines) and (
        indent(lines[at]) > level or (indent(lines[at]) == level and at > start + 1 and _closes(lines[at]))
    ):
        at += 1
    return at


def _closes(line: str) -> bool:
    return line.lstrip().startswith(CLOSERS)


def drop_statements(lines: list[str], fails: Fails) -> list[str]:
    """Leave out runs of lines, then statements from the last to the first, then the edges of blocks."""
    size = len(lines) // 2
    while size > 1:
        start = 0
        while start < len(lines):
            shorter = lines[:start] + lines[start + size :]
            if fails(text_of(shorter)):
                lines = shorter
            else:
                start += size
        size //= 2
    for start in reversed(range(len(lines))):
        shorter = lines[:start] + lines[extent(lines, start) :]
        if fails(text_of(shorter)):
            lines = shorter
    return lines


def unwrap_blocks(lines: list[str], fails: Fails) -> list[str]:
    """Put what is in a block in its place."""
    for start in reversed(range(len(lines))):
        if start >= len(lines):
            continue
        end = extent(lines, start)
        if end > start + 2:
            inside = [line[2:] if line.startswith("  ") else line for line in lines[start + 1 : end - 1]]
            shorter = lines[:start] + inside + lines[end:]
            if fails(text_of(shorter)):
                lines = shorter
    return lines


def simplify_lines(lines: list[str], fails: Fails) -> list[str]:
    """Put something plain for expressions in parentheses, or a part of their inside."""
    for number in reversed(range(len(lines))):
        progress = True
        while progress:
            progress = False
            for line in _simpler(lines[number]):
                changed = [*lines[:number], line, *lines[number + 1 :]]
                if fails(text_of(changed)):
                    lines, progress = changed, True
                    break
    return lines


def _simpler(line: str) -> Iterator[str]:
    for start, end in groups(line):
        inside = line[start + 1 : end - 1]
        parts = re.split(r" (?:[-+*/%^&|~<>=]+|and|or|\.\.) ", inside, maxsplit=1)
        for plain in ("1", "nil", *parts):
            if len(plain) < end - start:
                yield line[:start] + plain + line[end:]
        items = inside.split(", ")
        for at in range(len(items)):
            if len(items) > 1:
                yield line[: start + 1] + ", ".join(items[:at] + items[at + 1 :]) + line[end - 1 :]


def groups(line: str) -> list[tuple[int, int]]:
    """Where the parts in parentheses of a line begin and end, the longest first."""
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for at, letter in enumerate(line):
        if letter == "(":
            opened.append(at)
        elif letter == ")" and opened:
            found.append((opened.pop(), at + 1))
    return sorted(found, key=lambda each: each[0] - each[1])


def text_of(lines: list[str]) -> str:
    """The program that lines make."""
    return "\n".join(lines) + "\n"


def shrink(text: str, fails: Fails, kept: int = 0) -> str:
    """The smallest program found for which `fails` is still true; the first `kept` lines stay."""
    head, lines = text.splitlines()[:kept], text.splitlines()[kept:]
    whole, fails = fails, lambda body: whole(text_of(head) + body if head else body)
    for _ in range(MOST_ROUNDS):
        before = list(lines)
        for reduce in (drop_statements, unwrap_blocks, simplify_lines):
            lines = reduce(lines, fails)
        if lines == before:
            break
    return text_of(head + lines)
