"""The exponential function: exp of the whole part, of the high and of the low half of the fraction, from three
tables, multiplied (the additive splitting of J.-M. Muller, Elementary Functions, 2006, section 4.3).
"""

from __future__ import annotations

from cupola.kernel import i64, multiply_high, pure, table, u64, unlikely
from cupola.runtime.q48.format import FRACTION_BITS, MAX
from cupola.runtime.q48.tables import EXP_HIGHEST, EXP_LEAST_WHOLE, EXP_LOWEST, TABLES


@pure
def exp(x: i64) -> tuple[i64, bool]:
    """e to the x, to nearest (error at most 0.5 units and 2**-59 of the result); out of range it saturates."""
    if unlikely(x > EXP_HIGHEST):
        return MAX, True
    if unlikely(x < EXP_LOWEST):
        return 0, False
    place = (x >> FRACTION_BITS) - EXP_LEAST_WHOLE
    # 61 and 62 bits of fraction; the low half of the product is worth two bits of precision
    high_part = table(i64, TABLES.exp_high)[(x >> 8) & 255]
    fraction = shifted_product(high_part, table(i64, TABLES.exp_low)[x & 255])
    scaled = shifted_product(table(i64, TABLES.exp_whole)[place], i64(fraction))
    cut = table(i64, TABLES.exp_cuts)[place]
    if cut < 0:  # above e**32, where one more bit is needed than the product has
        return i64(scaled << 1), False
    return i64((scaled + (u64(1 << cut) >> 1)) >> u64(cut)), False


@pure
def shifted_product(a: i64, b: i64) -> u64:
    """a * b / 2**62, rounded down; it must be below 2**64."""
    low = u64(u64(a) * u64(b))
    return u64(u64(multiply_high(a, b)) << 2) | low >> 62
