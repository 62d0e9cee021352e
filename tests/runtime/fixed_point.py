"""Exact references for Q48.16, and operands that lie where things go wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from cupola.runtime import q48

EDGES = sorted(
    {
        sign * (1 << power) + near
        for power in (0, 1, 15, 16, 17, 31, 32, 46, 47, 48, 62)
        for sign in (1, -1)
        for near in (-2, -1, 0, 1, 2)
    }
    | {q48.MAX, q48.MAX - 1, q48.MIN, q48.MIN + 1, 0, 98304, 3 * 32768, 65535 * 65537}
)


def saturated(exact: Fraction | int) -> tuple[int, bool]:
    """The nearest number, ties to even, and whether it is out of range."""
    number = round(exact)
    if number > q48.MAX:
        return q48.MAX, True
    if number < q48.MIN:
        return q48.MIN, True
    return number, False


def quotient(a: int, b: int) -> tuple[int, bool]:
    if b == 0:
        return (0 if a == 0 else q48.MAX if a > 0 else q48.MIN), True
    return saturated(Fraction(a << 16, b))


def pairs(count: int) -> Iterator[tuple[int, int]]:
    """All pairs of edges, then random ones of all sizes, with many products and quotients near a tie."""
    for a in EDGES:
        for b in EDGES:
            yield a, b
    source = random.Random(4816)

    def number() -> int:
        size = source.getrandbits(source.randrange(1, 64))
        return size if source.random() < 0.5 else -size

    for _ in range(count):
        yield number(), number()
        odd = source.getrandbits(30) | 1
        yield odd << 15, odd  # a product that is a tie, when odd is squared
        divisor = (source.getrandbits(20) | 1) << source.randrange(20)
        yield (2 * source.getrandbits(22) + 1) * divisor >> 17, divisor  # near a tie


def singles(count: int) -> Iterator[int]:
    yield from EDGES
    source = random.Random(1648)
    for _ in range(count):
        size = source.getrandbits(source.randrange(1, 64))
        yield size
        yield -size
