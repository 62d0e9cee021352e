"""From a chart of altair to a drawing: one look for all, rendered to SVG on this machine, without network or browser.

The SVG has the light colours of `palette`, a title and a description for those who do not see it, and names of its own
for its parts, so that several can stand in one page. vl-convert draws (Vega-Lite in an embedded JavaScript engine).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

from cupola.lab.reporting import palette

WIDTH = 640
"""Of a plot, without its labels, in pixels."""

LENGTHS = re.compile(r'(?<=[ ])(d|transform|[xy][12]?|width|height|r)="([^"]*)"')
NUMBER = re.compile(r"-?\d*\.\d{3,}(?:e-?\d+)?")

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Picture:
    """A drawing. `description` is the text alternative: what it shows, and what is to be seen there. `head` and `rows`
    are the numbers that it is drawn from."""

    key: str
    title: str
    description: str
    spec: str  # Vega-Lite, JSON
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()  # what was left out or put together, and how

    @property
    def svg(self) -> str:
        """The drawing as an element of SVG."""
        return draw(self.spec, self.key, self.title, self.description)


class Sheets:
    """The data of a picture, by name. Charts only name theirs: altair copies and checks a chart again and again while
    it is put together, and would do so with every number."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, rows: list[dict[str, Any]]) -> Any:
        """The name of these rows, as altair's charts take it."""
        import altair

        name = f"data{len(self.rows)}"
        self.rows[name] = rows
        return altair.NamedData(name)

    def chart(self, rows: list[dict[str, Any]]) -> Any:
        """A chart of these rows."""
        import altair

        return altair.Chart(self.add(rows))


def picture(
    chart: Any,
    sheets: Sheets,
    *,
    key: str,
    title: str,
    subtitle: str | list[str],
    description: str,
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    notes: Sequence[str] = (),
) -> Picture:
    """A picture of an altair chart; the subtitle explains the marks. Of the notes, empty ones are left out."""
    titled = chart.properties(title={"text": title, "subtitle": subtitle, "anchor": "start"}).configure(
        **look()
    )
    whole = {**titled.to_dict(validate=checked()), "datasets": sheets.rows}
    spec = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return Picture(key, title, description, spec, head, tuple(rows), tuple(filter(None, notes)))


def checked() -> bool:
    """Whether altair checks what it is given."""
    from altair.utils import schemapi

    return schemapi.DEBUG_MODE


@contextmanager
def unchecked() -> Iterator[None]:
    """Charts are not checked against Vega-Lite's schema each time that a part is made, which takes most of the time.
    The tests draw every chart with the checks on."""
    from altair.utils import schemapi

    with schemapi.debug_mode(False):
        yield


def look() -> dict[str, Any]:
    """The configuration that all charts have."""
    ink, soft, line, grid = (palette.light(each) for each in ("ink", "soft", "line", "grid"))
    text = {"labelColor": soft, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "aria": False,  # one description for all, instead of one for each mark
        "background": palette.light("paper"),
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **text,
            "domainColor": line,
            "tickColor": line,
            "gridColor": grid,
            "titleFontWeight": "normal",
            "titlePadding": 10,
            "labelLimit": 280,
        },
        "header": {**text, "labelFontWeight": "bold", "labelColor": ink, "labelLimit": 320},
        "legend": {
            **text,
            "symbolStrokeColor": soft,
            "symbolSize": 90,
            "labelLimit": 260,
            "titleFontWeight": "normal",
            "orient": "top",
            "direction": "horizontal",
        },
        "title": {
            "color": ink,
            "subtitleColor": soft,
            "fontSize": 15,
            "subtitleFontSize": 12,
            "subtitleLineHeight": 16,
            "subtitlePadding": 6,
            "offset": 14,
        },
    }


@functools.lru_cache(maxsize=64)
def draw(spec: str, key: str, title: str, description: str) -> str:
    """Render a Vega-Lite specification, and make an SVG of it that may stand in a page beside others."""
    import altair
    import vl_convert

    version = ".".join(altair.SCHEMA_VERSION.split(".")[:2])
    found: str = vl_convert.vegalite_to_svg(json.loads(spec), vl_version=version)
    return named(shortened(found), key, title, description)


def named(svg: str, key: str, title: str, description: str) -> str:
    """The SVG with a title, a description, and `key` before the names of its parts, which are else the same in all."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
    svg = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{key}-\2"', svg)
    head, body = re.match(r"(?s)(.*?<svg[^>]*)>(.*)", svg).groups()  # type: ignore[union-attr]  # what renders SVG
    head = head[head.index("<svg") :]
    names = f'role="img" aria-labelledby="{key}-title {key}-description"'
    told = f'<title id="{key}-title">{escape(title)}</title>'
    told += f'<desc id="{key}-description">{escape(description)}</desc>'
    return f"{head} {names}>{told}{body}"


def shortened(svg: str) -> str:
    """The same drawing in fewer bytes: places and lengths to a hundredth of a pixel."""

    def number(found: re.Match[str]) -> str:
        short = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
        return "0" if short == "-0" else short

    def attribute(found: re.Match[str]) -> str:
        return f'{found[1]}="{NUMBER.sub(number, found[2])}"'

    return LENGTHS.sub(attribute, svg)


def standalone(picture: Picture) -> str:
    """The drawing as a file of its own, which follows the reader's choice of light or dark."""
    style = f"<style>@media (prefers-color-scheme:dark){{{palette.recolour('svg', dark=True)}}}</style>"
    head, body = picture.svg.split(">", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}>{style}{body}\n'
