"""A document as one HTML file: no script, nothing from a network, light and dark and print from the same drawings.

The file's own rule for its reader's browser (Content-Security-Policy) forbids scripts and anything from elsewhere. The
choice of light or dark is made by style sheets alone.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from cupola.lab.reporting import palette
from cupola.lab.reporting.contents import document
from cupola.lab.reporting.document import Attachment, Code, Document
from cupola.lab.reporting.drawing import Picture
from cupola.lab.reporting.material import Material

MOST = 2_000_000
"""Bytes that a page may have."""

MOST_ROWS = 60
"""Of the table below a picture; all rows are in the picture's specification."""

MOST_OPEN = 40
"""Rows of a table that is not folded up."""

SIGNS = {
    "accepted": "✓",
    "conditional": "?",
    "rejected": "✗",
    "invalid": "⊘",
    "no steady state": "∿",
    "no claim": "–",
}
"""What stands before a verdict's word, so that its colour says nothing alone."""

TONES = {
    "accepted": "good",
    "rejected": "bad",
    "invalid": "bad",
    "conditional": "unclear",
    "no steady state": "unclear",
}


def html(material: Material, home: str = "") -> str:
    """The page of an experiment. `home` is the address of the journal's list, where it is part of one."""
    return write(document(material), home)


def write(made: Document, home: str = "") -> str:
    """A document as a page."""
    return render("report.html", made=made, home=home, title=f"{made.title}: {made.word}")


def render(template: str, **names: Any) -> str:
    """Fill a template of this folder. What it is given is text, and escaped, unless it is marked as HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("cupola.lab.reporting", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"inline": inline, "cell": cell, "link": link, "drawing": drawing, "spec": spec}
    environment.globals |= {
        "kind": lambda block: type(block).__name__,
        "style": style(),
        "signs": SIGNS,
        "tones": TONES,
        "most_rows": MOST_ROWS,
        "most_open": MOST_OPEN,
    }
    made: str = environment.get_template(template).render(**names)
    return made


def inline(parts: Sequence[str]) -> Any:
    """Parts of a line, Code in the letters of a typewriter."""
    from markupsafe import Markup

    return Markup("").join(cell(each) for each in parts)


def cell(text: str) -> Any:
    """A text that may be Code."""
    from markupsafe import Markup, escape

    return Markup("<code>{}</code>").format(text) if isinstance(text, Code) and text else escape(text)


def link(attachment: Attachment) -> str:
    """A file as an address that contains it."""
    return f"data:{attachment.media};base64,{base64.b64encode(attachment.data).decode()}"


def drawing(picture: Picture) -> Any:
    """A picture's SVG, made by vl-convert, which escapes all text in it."""
    from markupsafe import Markup

    return Markup(picture.svg)


def spec(picture: Picture) -> Attachment:
    """What a picture was drawn from, as a file."""
    return Attachment(f"{picture.key}.vl.json", "application/json", picture.spec.encode(), "Vega-Lite")


def style() -> Any:
    """The style sheet of all pages: the colours, in the modes that may be chosen, and the rules of `page.css`."""
    from importlib.resources import files

    from markupsafe import Markup

    light = f":root{{color-scheme:light;{palette.variables(False)}}}"
    dark = f"{{color-scheme:dark;{palette.variables(True)}}}"
    followed = f"@media screen and (prefers-color-scheme:dark){{:root:not(:has(#light:checked)){dark}}}"
    chosen = f"@media screen{{:root:has(#dark:checked){dark}}}"
    rules = files("cupola.lab.reporting").joinpath("templates/page.css").read_text(encoding="utf-8")
    return Markup("\n".join((light, followed, chosen, rules, palette.recolour(".drawing"))))
