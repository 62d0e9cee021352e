"""The natural logarithm.

The operand is m * 2**k with 1 <= m < 2. A table gives 1/c and -ln(1/c) for the middle c of the 128th in which
m lies; then ln m = ln c + ln(1 + r) with r = m/c - 1, |r| < 2**-8, by a polynomial (P. T. P. Tang,
Table-driven implementation of the logarithm function, 1990). m is cut to 28 bits, so that its whole range can
be tested: that costs 2**-12 units in the last place.
"""

from __future__ import annotations

from cupola.kernel import count_leading_zeros, i64, multiply_high, pure, table, unlikely
from cupola.runtime.q48.format import FRACTION_BITS, MIN
from cupola.runtime.q48.tables import LN2, TABLES

BITS = 28  # of the mantissa's fraction
INDEX = 7  # of them choose the entry of the table
UNIT = 1 << 60  # 1.0 in the polynomial
THIRD = (UNIT + 1) // 3
FIFTH = (UNIT + 2) // 5
CUT = 56 - FRACTION_BITS  # from the sum's fraction bits to the result's


@pure
def ln(x: i64) -> tuple[i64, bool]:
    """The natural logarithm, to nearest (error at most 0.501 units); an operand <= 0 fails, with the smallest
    value.
    """
    if unlikely(x <= 0):
        return MIN, True
    exponent = 63 - count_leading_zeros(x)
    mantissa = x << (BITS - exponent) if exponent < BITS else x >> (exponent - BITS)
    total = (exponent - FRACTION_BITS) * LN2 + (ln_mantissa(mantissa) >> 4)
    return (total + (1 << (CUT - 1))) >> CUT, False


@pure
def ln_mantissa(mantissa: i64) -> i64:
    """ln(mantissa / 2**28) with 60 bits of fraction, for 2**28 <= mantissa < 2**29; error below 2**-50."""
    place = (mantissa >> (BITS - INDEX)) - (1 << INDEX)
    r = mantissa * table(i64, TABLES.reciprocals)[place] - UNIT  # exact
    scaled = r << 4  # so that the high half of a product has 60 bits of fraction
    y = multiply_high(scaled, FIFTH) - UNIT // 4
    y = multiply_high(scaled, y) + THIRD
    y = multiply_high(scaled, y) - UNIT // 2
    y = multiply_high(scaled, y) + UNIT
    return table(i64, TABLES.logarithms)[place] + multiply_high(scaled, y)
