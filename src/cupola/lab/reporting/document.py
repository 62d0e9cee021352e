"""What a report says, free of any form: sections of texts, tables, pictures and files.

`contents` makes a document of an experiment; `page` writes it as HTML and `markdown` as Markdown. Nothing here knows
either, so what stands in one stands in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cupola.lab.reporting.drawing import Picture


class Code(str):
    """A text in the letters of a typewriter, such as a command."""


Inline = tuple[str, ...]
"""A line of text; the parts that are Code are shown as such."""


@dataclass(frozen=True)
class Text:
    """A paragraph. `tone` is "note" for what is said about the page itself, "warning" for what must not be missed."""

    parts: Inline
    tone: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    lines: tuple[Inline, ...]


@dataclass(frozen=True)
class Table:
    """A table of texts; the first column names the row. `figures` are the columns that stand right-aligned."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines to be copied, such as commands."""

    text: str


@dataclass(frozen=True)
class Attachment:
    """A file that the reader may take along."""

    name: str
    media: str
    data: bytes
    says: str


Block = Text | Items | Table | Listing | Attachment | Picture


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading; `key` is its address."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Finding:
    """What the page leads with, for one arm. Without numbers where none may be printed."""

    arm: str
    word: str  # of the verdict
    figure: str  # the ratio, such as 1.78, or nothing
    interval: str  # such as 1.70 to 1.86
    sentence: str  # what the figure means
    rule: str  # what decided


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    question: str
    word: str  # of the verdict on the whole experiment
    rule: str
    findings: tuple[Finding, ...]
    of_findings: str  # what is said of those that are not among them
    warnings: tuple[Inline, ...]
    sections: tuple[Section, ...]
    foot: Inline


def text(*parts: str, tone: str = "") -> Text:
    """A paragraph of these parts."""
    return Text(parts, tone)


def items(*lines: str | Inline) -> Items:
    """A list; a line is a text or a tuple of parts."""
    return Items(tuple((each,) if isinstance(each, str) else each for each in lines))


def table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], note: str = "") -> Table:
    """A table whose columns of figures are found by looking at them; columns of nothing are left out."""
    kept = [column for column in range(len(head)) if column == 0 or any(row[column] for row in rows)]
    head = tuple(head[column] for column in kept)
    rows = [tuple(row[column] for column in kept) for row in rows]
    figures = frozenset(
        column for column in range(1, len(head)) if rows and all(is_figure(row[column]) for row in rows)
    )
    return Table(title, head, tuple(rows), figures, note)


def is_figure(cell: str) -> bool:
    """Whether a cell holds a number, or nothing."""
    return not isinstance(cell, Code) and (not cell or cell[0] in "0123456789-−<>+")


def pictures(document: Document) -> list[Picture]:
    """All pictures, in their order."""
    return [each for section in document.sections for each in section.blocks if isinstance(each, Picture)]
