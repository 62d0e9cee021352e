"""Which arms a picture shows and how it tells them apart: colour, shape and dash, so that grey paper is enough."""

from __future__ import annotations

import math
from typing import Any

from cupola.lab.reporting import palette
from cupola.lab.reporting.material import Material


def shown(material: Material, most: int = palette.SERIES) -> tuple[list[str], str]:
    """The reference and those arms that a picture of at most `most` shows, and a sentence about those left out. Where
    there are more, it shows the ones whose ratio is farthest from 1."""
    names = [each.name for each in material.arms]
    if len(names) <= most:
        return names, ""
    far = sorted(names[1:], key=lambda each: -distance(material, each))[: most - 1]
    kept = [names[0], *(each for each in names[1:] if each in far)]
    return kept, f"Drawn: the reference and the {most - 1} arms farthest from it, of {len(names) - 1}."


def distance(material: Material, arm: str) -> float:
    """How far an arm's ratio is from 1, as a logarithm; 0 where there is none."""
    found = material.estimates(arm)
    return abs(math.log(found[0].ratio)) if found else 0.0


def workloads(material: Material, most: int) -> tuple[list[str], str]:
    """The first workloads, and a sentence about those left out."""
    names = [each.name for each in material.experiment.workloads]
    left = f"Drawn: the first {most} of {len(names)} workloads." if len(names) > most else ""
    return names[:most], left


def colours(names: list[str]) -> Any:
    """The scale of colours."""
    import altair

    return altair.Scale(domain=names, range=[palette.series(number) for number in range(len(names))])


def shapes(names: list[str]) -> Any:
    """The scale of shapes."""
    import altair

    chosen = [palette.SHAPES[number % len(palette.SHAPES)] for number in range(len(names))]
    return altair.Scale(domain=names, range=chosen)


def dashes(names: list[str]) -> Any:
    """The scale of dashes."""
    import altair

    chosen = [list(palette.DASHES[number % len(palette.DASHES)]) for number in range(len(names))]
    return altair.Scale(domain=names, range=chosen)
