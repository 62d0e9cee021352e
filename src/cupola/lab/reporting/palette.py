"""The colours of pictures and pages, light and dark, and the shapes and dashes that say the same without colour.

A picture is drawn once, in the light colours. Style sheets recolour it by what its marks say of themselves
(`[fill="#0072b2"]`), so that one drawing serves light pages, dark pages and print, and is right where nothing is
recoloured at all. For that each light colour must be a different one.

The colours of series are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision
can tell apart; their dark forms are brighter, in the same order.
"""

from __future__ import annotations

COLOURS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#16181c"),
    "ink": ("#1c1e21", "#e9eaec"),
    "soft": ("#5a6068", "#a9b0b8"),
    "line": ("#8b929a", "#79818a"),
    "grid": ("#e4e6e9", "#30353b"),
    "band": ("#e9ecf2", "#272d37"),
    "series0": ("#3d434a", "#c9ced4"),
    "series1": ("#0072b2", "#56b4e9"),
    "series2": ("#d55e00", "#ff9248"),
    "series3": ("#009e73", "#38cf9f"),
    "series4": ("#aa4499", "#e196d3"),
    "series5": ("#b07d00", "#f0c03f"),
    "good": ("#00734f", "#4fd3a2"),
    "bad": ("#b3410e", "#ff9a6b"),
    "unclear": ("#6a5d00", "#e2cf5a"),
}
"""Name -> colour on light, colour on dark. series0 is the reference."""

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 2), (1, 3))
SERIES = 6
"""How many series can be told apart in one picture."""


def light(name: str) -> str:
    """The colour as pictures are drawn with it."""
    return COLOURS[name][0]


def series(number: int) -> str:
    """The light colour of a series; 0 is the reference."""
    return light(f"series{number % SERIES}")


def variables(dark: bool) -> str:
    """The colours as variables of CSS."""
    return "".join(f"--{name}:{pair[dark]};" for name, pair in COLOURS.items())


def recolour(inside: str, dark: bool | None = None) -> str:
    """Rules of CSS that give the marks of a drawing the colours of the variables or, if `dark` is told, that colour
    itself. `inside` selects the drawing."""
    rules = []
    for name, pair in COLOURS.items():
        wanted = f"var(--{name})" if dark is None else pair[dark]
        for paint in ("fill", "stroke"):
            rules.append(f'{inside} [{paint}="{pair[0]}"]{{{paint}:{wanted}}}')
    return "\n".join(rules)
