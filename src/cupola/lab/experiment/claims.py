"""What acceptance means: the texts that `claim` may have, and the ratio that each stands for."""

from __future__ import annotations

import re

EXPECTED = "faster, not-slower, or a ratio above 1 such as 1.5x"

_RATIO = re.compile(r"(\d+(?:\.\d+)?)x")


def threshold(claim: str, rope: float) -> float:
    """The ratio (reference to arm) above which the claim holds: 1 + rope for `faster`, 1 / (1 + rope) for
    `not-slower`, the ratio itself for one such as `1.5x`. Raises ValueError for what is none of these."""
    if claim == "faster":
        return 1 + rope
    if claim == "not-slower":
        return 1 / (1 + rope)
    found = _RATIO.fullmatch(claim)
    if found is None or float(found[1]) <= 1:
        raise ValueError(f"expected {EXPECTED}, found {claim!r}")
    return float(found[1])
