from __future__ import annotations

import pytest

from cupola.lab.reporting.palette import COLOURS, DASHES, SERIES, SHAPES, recolour


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """After WCAG 2."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_each_light_colour_is_another() -> None:
    """Style sheets find marks by it."""
    assert len({light for light, _ in COLOURS.values()}) == len(COLOURS)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_and_marks_stand_out(dark: bool) -> None:
    paper = COLOURS["paper"][dark]
    assert all(
        contrast(COLOURS[each][dark], paper) >= 4.5 for each in ("ink", "soft", "good", "bad", "unclear")
    )
    assert all(contrast(COLOURS[f"series{number}"][dark], paper) >= 3 for number in range(SERIES))
    assert contrast(COLOURS["ink"][dark], COLOURS["band"][dark]) >= 4.5


def test_series_differ_without_colour() -> None:
    assert len(set(SHAPES)) == len(set(DASHES)) == SERIES


def test_recolouring_names_every_colour() -> None:
    rules = recolour(".drawing")
    assert all(f'[fill="{light}"]{{fill:var(--{name})}}' in rules for name, (light, _) in COLOURS.items())
    assert '.drawing [stroke="#0072b2"]{stroke:var(--series1)}' in rules
    assert "#e9eaec" in recolour("svg", dark=True) and "var(" not in recolour("svg", dark=True)
