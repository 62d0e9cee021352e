"""Add, subtract, multiply, divide, negate, absolute value: exact or rounded to nearest, ties to even."""

from __future__ import annotations

from cupola.kernel import add_overflow, i64, multiply_high, pure, sub_overflow, u64, unlikely
from cupola.runtime.q48.format import FRACTION_BITS, MAX, MIN, ONE

HALF = ONE // 2
HIGH_BOUND = 1 << 15  # high halves of products from -HIGH_BOUND to HIGH_BOUND - 1 are in range
LEAST_LOW = (1 << 64) - HALF
SPLIT = 1 << 48  # divisors below it leave a remainder that can be shifted by the fraction bits
LARGEST_WHOLE = 1 << 47  # quotients with a larger whole part do not fit


@pure
def add(a: i64, b: i64) -> tuple[i64, bool]:
    """a + b, exact; out of range it saturates."""
    total, wrapped = add_overflow(a, b)
    if unlikely(wrapped):
        return bound(a < 0), True
    return total, False


@pure
def sub(a: i64, b: i64) -> tuple[i64, bool]:
    """a - b, exact; out of range it saturates."""
    difference, wrapped = sub_overflow(a, b)
    if unlikely(wrapped):
        return bound(a < 0), True
    return difference, False


@pure
def neg(a: i64) -> tuple[i64, bool]:
    """-a, exact; the smallest value saturates."""
    if unlikely(a == MIN):
        return MAX, True
    return -a, False


@pure
def abs(a: i64) -> tuple[i64, bool]:
    """The absolute value, exact; of the smallest value it saturates."""
    if unlikely(a == MIN):
        return MAX, True
    return -a if a < 0 else a, False


@pure
def mul(a: i64, b: i64) -> tuple[i64, bool]:
    """a * b, rounded to nearest, ties to even; out of range it saturates."""
    high = multiply_high(a, b)
    low = u64(u64(a) * u64(b))
    if unlikely(high < -HIGH_BOUND or high >= HIGH_BOUND):
        # the products just below the range that are rounded up to its smallest value do not fail
        return bound(high < 0), not (high == -HIGH_BOUND - 1 and low >= LEAST_LOW)
    product = i64(high << 48) | i64(low >> FRACTION_BITS)
    rest = i64(low & (ONE - 1))
    if rest + (product & 1) > HALF:
        if unlikely(product == MAX):
            return MAX, True
        product += 1
    return product, False


@pure
def div(a: i64, b: i64) -> tuple[i64, bool]:
    """a / b, rounded to nearest, ties to even; out of range it saturates. A zero divisor fails: with the
    largest value of a's sign, or 0 for 0 / 0.
    """
    if unlikely(b == 0):
        return 0 if a == 0 else bound(a < 0), True
    negative = (a < 0) != (b < 0)
    divisor = magnitude(b)
    dividend = magnitude(a)
    whole = dividend // divisor
    if unlikely(whole > LARGEST_WHOLE):
        return bound(negative), True
    fraction, rest = divide_rest(dividend - whole * divisor, divisor)
    quotient = (whole << FRACTION_BITS) + fraction
    missing = divisor - rest
    if rest > missing or (rest == missing and quotient & 1 == 1):
        quotient += 1
    if unlikely(quotient > (u64(1 << 63) if negative else u64(MAX))):
        return bound(negative), True
    return i64(0 - quotient) if negative else i64(quotient), False


@pure
def divide_rest(rest: u64, divisor: u64) -> tuple[u64, u64]:
    """Quotient and remainder of rest * 2**16 / divisor, for rest < divisor <= 2**63.

    The wide case estimates with the divisor's high bits: the estimate is right or one too high, so the
    remainder lies between -divisor and divisor and fits a signed number (after D. Knuth, The Art of Computer
    Programming, volume 2, section 4.3.1, theorem B).
    """
    if divisor < SPLIT:
        shifted = rest << FRACTION_BITS
        return shifted // divisor, shifted % divisor
    quotient = rest // (divisor >> FRACTION_BITS)
    left = i64((rest << FRACTION_BITS) - quotient * divisor)
    if left < 0:
        return quotient - 1, u64(u64(left) + divisor)
    return quotient, u64(left)


@pure
def magnitude(a: i64) -> u64:
    """The absolute value, which needs all 64 bits for the smallest a."""
    return u64(-a) if a < 0 else u64(a)


@pure
def bound(negative: bool) -> i64:
    """The smallest value, or the largest."""
    return MIN if negative else MAX
