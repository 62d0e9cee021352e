"""Draws heat over time: in the terminal with rich, and as an SVG file. What a column shows is how often a word ran in
that part of the run; the scale is logarithmic, and the same for all words of a picture."""

from __future__ import annotations

import math
from html import escape

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable

SVG_COLUMNS = 240
SHADES = " ·░▒▓█"
# Cold to hot: near black, violet, red, orange, yellow, near white; evenly brighter, so that it reads in grey, too.
PALETTE = (
    (16, 12, 34),
    (74, 18, 100),
    (152, 38, 91),
    (222, 77, 54),
    (250, 155, 30),
    (252, 226, 120),
    (255, 252, 230),
)
ROW, LEFT, RIGHT, TOP, BOTTOM, COLUMN = 18, 150, 110, 56, 44, 3


class Picture:
    """What is drawn: a title, the names of the words, how often each ran, and how many instructions the run took."""

    def __init__(self, title: str, names: list[str], totals: list[int], steps: int) -> None:
        self.title = title
        self.names = names
        self.totals = totals
        self.steps = steps


def level(value: float, highest: float) -> float:
    """How hot, from 0 to 1: the logarithm of the value beside that of the highest."""
    return 0.0 if value <= 0 or highest <= 0 else min(1.0, math.log1p(value) / math.log1p(highest))


def colour(heat: float) -> tuple[int, int, int]:
    """The colour of a heat from 0 to 1."""
    place = heat * (len(PALETTE) - 1)
    low = min(int(place), len(PALETTE) - 2)
    part = place - low
    red, green, blue = (
        round(a + (b - a) * part) for a, b in zip(PALETTE[low], PALETTE[low + 1], strict=True)
    )
    return red, green, blue


def to_terminal(picture: Picture, columns: Callable[[int], list[list[float]]]) -> None:
    """Draw on standard output, as wide as that is; without colours, shades say how hot."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    label = min(max((len(name) for name in picture.names), default=0), 24)
    count = max((len(f"{total:,}") for total in picture.totals), default=0)
    width = max(console.width - label - count - 4, 10)
    rows = columns(width)
    highest = max((max(row) for row in rows), default=0.0)
    console.print(f"{picture.title}: how often words ran, over {picture.steps:,} instructions", markup=False)
    for name, total, row in zip(picture.names, picture.totals, rows, strict=True):
        line = Text(f"{name[:label]:>{label}} ")
        for value in row:
            heat = level(value, highest)
            if console.color_system is None:
                line.append(SHADES[0 if heat == 0 else max(1, round(heat * (len(SHADES) - 1)))])
            else:
                red, green, blue = colour(heat)
                line.append(" ", style=f"on rgb({red},{green},{blue})")
        line.append(f" {total:>{count},}")
        console.print(line, no_wrap=True, crop=True)


def to_svg(picture: Picture, rows: list[list[float]], path: str) -> None:
    """Write the picture as an SVG file."""
    highest = max((max(row) for row in rows), default=0.0)
    width = LEFT + SVG_COLUMNS * COLUMN + RIGHT
    height = TOP + ROW * len(rows) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="24" font-size="15" font-weight="bold">{escape(picture.title)}: heat of words</text>',
        f'<text x="16" y="42" fill="#555555">how often each word ran, over {picture.steps:,} instructions</text>',
    ]
    for number, (name, total, row) in enumerate(zip(picture.names, picture.totals, rows, strict=True)):
        top = TOP + number * ROW
        parts.append(f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(name[:22])}</text>')
        parts.append(
            f'<rect x="{LEFT}" y="{top}" width="{SVG_COLUMNS * COLUMN}" height="{ROW - 2}" fill="#100c22"/>'
        )
        parts += bars(row, highest, top)
        parts.append(
            f'<text x="{LEFT + SVG_COLUMNS * COLUMN + 8}" y="{top + 13}" fill="#555555">{total:,}</text>'
        )
    parts += legend(highest, TOP + ROW * len(rows) + 14)
    parts.append("</svg>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


def bars(row: list[float], highest: float, top: int) -> list[str]:
    """The rectangles of one word; neighbours of one colour are one."""
    found: list[str] = []
    start, shown = 0, ""
    for column in range(len(row) + 1):
        fill = (
            "" if column == len(row) else "#{:02x}{:02x}{:02x}".format(*colour(level(row[column], highest)))
        )
        if fill != shown:
            if shown:
                place, size = LEFT + start * COLUMN, (column - start) * COLUMN
                found.append(
                    f'<rect x="{place}" y="{top}" width="{size}" height="{ROW - 2}" fill="{shown}"/>'
                )
            start, shown = column, fill
    return found


def legend(highest: float, top: int) -> list[str]:
    """The scale, from never to the most often in one column."""
    steps = 40
    found = [f'<text x="{LEFT - 8}" y="{top + 11}" text-anchor="end" fill="#555555">never</text>']
    for step in range(steps):
        fill = "#{:02x}{:02x}{:02x}".format(*colour(step / (steps - 1)))
        found.append(f'<rect x="{LEFT + step * 5}" y="{top}" width="5" height="12" fill="{fill}"/>')
    words = f"{round(highest):,} times in a column (logarithmic)"
    found.append(f'<text x="{LEFT + steps * 5 + 8}" y="{top + 11}" fill="#555555">{words}</text>')
    return found
