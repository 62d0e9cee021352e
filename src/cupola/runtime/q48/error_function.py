"""The error function, erf x = 2/sqrt(pi) times the integral of exp(-t**2) from 0 to x.

A table has erf and its derivative at the 64ths; between them the Taylor polynomial of degree 3, whose higher
derivatives follow from the first: erf'' = -2 x erf', erf''' = (4 x**2 - 2) erf' (M. Abramowitz and I. Stegun,
Handbook of Mathematical Functions, 1964, section 7.1).
"""

from __future__ import annotations

from cupola.kernel import i64, multiply_high, pure, table
from cupola.runtime.q48.format import ONE
from cupola.runtime.q48.tables import ERF_END, TABLES

UNIT = 1 << 60  # 1.0 inside


@pure
def erf(x: i64) -> tuple[i64, bool]:
    """The error function, to nearest (error at most 0.501 units), for every operand."""
    if x >= ERF_END:
        return ONE, False
    if x <= -ERF_END:
        return -ONE, False
    value = erf_positive(-x if x < 0 else x)
    return -value if x < 0 else value, False


@pure
def erf_positive(x: i64) -> i64:
    """The error function of 0 <= x < ERF_END."""
    node = (x + 512) >> 10
    offset = (x - (node << 10)) << 48  # with 64 bits of fraction: products keep the other's scale
    y = (2 * node * node - 4096) * (UNIT // 12288)  # (2 t**2 - 1) / 3 at the node t
    y = multiply_high(offset, y) - node * (UNIT // 64)
    y = multiply_high(offset, y) + UNIT
    y = multiply_high(offset, y)
    slope = table(i64, TABLES.erf_slopes)[node]
    return (table(i64, TABLES.erf_values)[node] + multiply_high(slope, y << 4) + (1 << 43)) >> 44
