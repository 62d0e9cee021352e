"""A document as Markdown, its pictures as files of SVG beside it: the form in which docs/journal keeps reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cupola.lab.reporting.contents import document
from cupola.lab.reporting.document import (
    Attachment,
    Block,
    Code,
    Document,
    Items,
    Listing,
    Table,
    Text,
    pictures,
)
from cupola.lab.reporting.drawing import Picture, standalone
from cupola.lab.reporting.material import Material
from cupola.lab.reporting.page import MOST_OPEN, SIGNS

MOST_ROWS = 60


def markdown(material: Material) -> str:
    """The page of an experiment. Its pictures are called as `beside` calls them."""
    return write(document(material))


def beside(made: Document) -> dict[str, str]:
    """The files of the pictures, by name."""
    return {name_of(made, each): standalone(each) for each in pictures(made)}


def save(made: Document, directory: Path) -> list[Path]:
    """Write the page, its pictures and its files into a directory; the paths, the page first."""
    directory.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | bytes] = {f"{made.title}.md": write(made), **beside(made)}
    for section in made.sections:
        files |= {each.name: each.data for each in section.blocks if isinstance(each, Attachment)}
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (directory / name).write_bytes(data)
    return [directory / name for name in files]


def name_of(made: Document, picture: Picture) -> str:
    """How the file of a picture is called."""
    return f"{made.title}-{picture.key}.svg"


def write(made: Document) -> str:
    """A document as Markdown."""
    parts = [f"# {plain(made.title)}", plain(made.question)]
    parts += [f"> **{line(each)}**" for each in made.warnings]
    parts += lead(made)
    for section in made.sections:
        parts.append(f"## {plain(section.title)}")
        parts += [block(made, each) for each in section.blocks]
    return "\n\n".join([*parts, "---", line(made.foot)]) + "\n"


def lead(made: Document) -> list[str]:
    """The ratios and their verdicts."""
    found = []
    if len(made.findings) != 1:
        found += [verdict(made.word), plain(made.rule)]
    if made.of_findings:
        found.append(plain(made.of_findings))
    for each in made.findings:
        figure = (
            f"**{each.figure} ×**, 95 % interval {each.interval}" if each.figure else f"**{plain(each.arm)}**"
        )
        rest = [plain(each.sentence)] if each.sentence else []
        found += [f"{figure}: {verdict(each.word)}", *rest, plain(each.rule)]
    return found


def verdict(word: str) -> str:
    """A verdict's word with its sign."""
    return f"**{SIGNS.get(word, '…')} {word}**"


def block(made: Document, it: Block) -> str:
    """A block of a section."""
    match it:
        case Text():
            return f"> **{line(it.parts)}**" if it.tone == "warning" else line(it.parts)
        case Items():
            return "\n".join(f"- {line(each)}" for each in it.lines)
        case Table() if len(it.rows) > MOST_OPEN:
            return folded(f"{it.title}: {len(it.rows)} rows", table(replace(it, title="")))
        case Table():
            return table(it)
        case Listing():
            return fenced(it.text)
        case Attachment():
            return f"[{plain(it.name)}](<{it.name}>): {plain(it.says)}"
        case Picture():
            return figure(made, it)


def figure(made: Document, it: Picture) -> str:
    """A picture, what was left out of it, and its numbers to unfold."""
    rows = Table("", it.head, it.rows[:MOST_ROWS])
    notes = "".join(f"\n\n*{plain(each)}*" for each in it.notes)
    more = f"\n\nThe first {MOST_ROWS} of {len(it.rows):,} rows." if len(it.rows) > MOST_ROWS else ""
    alternative = re.sub(r"[\[\]\n]", " ", f"{it.title}. {it.description}")
    numbers = folded(f"{it.title}: the numbers", table(rows) + more)
    return f"![{plain(alternative)}](<{name_of(made, it)}>){notes}\n\n{numbers}"


def folded(title: str, text: str) -> str:
    """A text that is unfolded by its title."""
    return f"<details><summary>{plain(title)}</summary>\n\n{text}\n\n</details>"


def table(it: Table) -> str:
    """A table."""
    rule = ["---:" if number in it.figures else ":---" for number in range(len(it.head))]
    rows = [[cell(each) for each in row] for row in (it.head, *it.rows)]
    lines = [row_of(each) for each in (rows[0], rule, *rows[1:])]
    title = f"**{plain(it.title)}**\n\n" if it.title else ""
    note = f"\n\n{plain(it.note)}" if it.note else ""
    return title + "\n".join(lines) + note


def row_of(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """A text in a table, on one line."""
    return part(type(text)(" ".join(text.split())))


def line(parts: Iterable[str]) -> str:
    """Parts of a line."""
    return "".join(part(each) for each in parts)


def part(text: str) -> str:
    """A text that may be Code."""
    if not isinstance(text, Code):
        return plain(text)
    if not text:
        return ""
    # HTML instead of backticks: it may contain backticks itself, and bars of tables.
    return f"<code>{plain(text)}</code>" if re.search(r"[`|]", text) else f"`{text}`"


def plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    escaped = re.sub(r"([\\`*_\[\]|#~])", r"\\\1", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fenced(text: str) -> str:
    """Lines to be copied, in a fence longer than any that they contain."""
    longest = max((len(each) for each in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}"
