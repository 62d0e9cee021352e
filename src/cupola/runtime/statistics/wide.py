"""Unsigned numbers of 128 bits as two of 64, high and low, for the few places where sums of squares need them.

These run when a report is made, not when a sample is taken: plain loops, a bit at a time.
"""

from __future__ import annotations

from cupola.kernel import count_leading_zeros, i64, multiply_high, pure, u64

LOW_HALF = (1 << 32) - 1


@pure
def multiply(a: u64, b: u64) -> tuple[u64, u64]:
    """The product of two numbers below 2**63."""
    return u64(multiply_high(i64(a), i64(b))), u64(a * b)


@pure
def scale(high: u64, low: u64, factor: u64) -> tuple[u64, u64]:
    """The product with a factor below 2**31; it must fit 128 bits."""
    bottom = (low & LOW_HALF) * factor
    middle = (low >> 32) * factor + (bottom >> 32)
    return high * factor + (middle >> 32), u64(middle << 32) | (bottom & LOW_HALF)


@pure
def subtract(high: u64, low: u64, other_high: u64, other_low: u64) -> tuple[u64, u64]:
    """The difference, which must not be negative."""
    borrow = u64(1) if low < other_low else u64(0)
    return high - other_high - borrow, u64(low - other_low)


@pure
def divide(high: u64, low: u64, divisor: u64) -> tuple[u64, u64]:
    """The quotient by a divisor below 2**63, rounded down."""
    rest = high % divisor
    quotient = u64(0)
    for place in range(64):
        rest = rest << 1 | (low >> u64(63 - place)) & 1
        quotient = quotient << 1
        if rest >= divisor:
            rest -= divisor
            quotient |= 1
    return high // divisor, quotient


@pure
def leading_zeros(high: u64, low: u64) -> i64:
    """The zero bits above the highest one; 128 for zero."""
    if high == 0:
        return 64 + i64(count_leading_zeros(low))
    return i64(count_leading_zeros(high))


@pure
def shift_left(high: u64, low: u64, count: i64) -> tuple[u64, u64]:
    """Shifted by 0 to 127 bits; what leaves at the top is lost."""
    if count >= 64:
        return u64(low << u64(count - 64)), u64(0)
    if count == 0:
        return high, low
    return u64(high << u64(count)) | low >> u64(64 - count), u64(low << u64(count))


@pure
def shift_right(high: u64, low: u64, count: i64) -> tuple[u64, u64]:
    """Shifted by 0 to 127 bits."""
    if count >= 64:
        return u64(0), high >> u64(count - 64)
    if count == 0:
        return high, low
    return high >> u64(count), u64(high << u64(64 - count)) | low >> u64(count)


@pure
def square_root(high: u64, low: u64) -> u64:
    """The square root of a number below 2**126, rounded down: two bits of the number give one of the root."""
    root = u64(0)
    rest = u64(0)  # at most twice the root, so below 2**64
    for place in range(64):
        pair = (high >> u64(62 - 2 * place)) & 3 if place < 32 else (low >> u64(126 - 2 * place)) & 3
        rest = u64(rest << 2) | pair
        root = root << 1
        if rest > 2 * root:
            rest -= 2 * root + 1
            root += 1
    return root


@pure
def ratio(a: u64, b: u64, bits: i64) -> u64:
    """a * 2**bits / b, rounded down, for a < 2**63 and 0 < b < 2**63; it must be below 2**64."""
    quotient = a // b
    rest = a % b
    for _ in range(bits):
        rest = rest << 1
        quotient = quotient << 1
        if rest >= b:
            rest -= b
            quotient |= 1
    return quotient
