"""Mean, deviation, standard error, and the credible intervals of the mean."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, multiply_high, pure, u64
from cupola.runtime.q48 import div
from cupola.runtime.q48.format import MAX
from cupola.runtime.statistics import wide
from cupola.runtime.statistics.samples import Samples

LEAST_SAMPLES = 10  # the expansion of `quantile` is not made for fewer
ERROR_BITS = 30  # fraction bits of a standard error

# Coefficients of the powers of 1 / freedom, the fourth first, 32 bits of fraction, for the two-sided 95 % and 99 %.
QUANTILES = (
    (6826996775, 51775076189),
    (10977290787, 52159353221),
    (12122539248, 37945014168),
    (10188827351, 21116411145),
    (8417981215, 11063102619),
)


@pure
def quantile(level: i64, freedom: i64) -> i64:
    """The quantile of Student's t between which and its negative 95 % (or 99 %: `level`) lie, in Q48.16.

    The expansion of R. A. Fisher and E. A. Cornish (1960; M. Abramowitz and I. Stegun, Handbook of Mathematical
    Functions, 26.7.5) to the fourth power of 1 / freedom: within 0.0005 from 9 degrees of freedom on.
    """
    total = 0
    for at_95, at_99 in QUANTILES:
        total = total // freedom + (at_99 if level == 99 else at_95)
    return (total + (1 << 15)) >> 16


@kernel
def mean(samples: Ptr[Samples]) -> tuple[i64, bool]:
    """The mean in Q48.16, to nearest; fails without samples."""
    if samples.count == 0:
        return 0, True
    return div(samples.total, samples.count)


@kernel
def deviation(samples: Ptr[Samples]) -> tuple[i64, bool]:
    """The standard deviation (divisor n - 1) in Q48.16, rounded down; fails with fewer than two samples."""
    if samples.count < 2:
        return 0, True
    count = u64(samples.count)
    return i64(root_of_spread(samples, count, count - 1, u64(1), 32)), False


@kernel
def standard_error(samples: Ptr[Samples]) -> tuple[i64, bool]:
    """The standard deviation by the square root of n, with ERROR_BITS of fraction, rounded down; fails with fewer
    than LEAST_SAMPLES.
    """
    if samples.count < LEAST_SAMPLES:
        return 0, True
    count = u64(samples.count)
    return i64(root_of_spread(samples, count, count - 1, count, 2 * ERROR_BITS)), False


@kernel
def root_of_spread(samples: Ptr[Samples], a: u64, b: u64, c: u64, bits: i64) -> u64:
    """The square root of (n * sum of squares - square of the sum) / (a b c), with bits / 2 of fraction.

    The spread is exact in 128 bits. It is shifted to the top before it is divided, so that the root is right to
    about 17 significant bits in the worst case (2**31 samples) and to all that it has where it matters.
    """
    high, low = wide.scale(samples.squares_high, samples.squares_low, u64(samples.count))
    square_high, square_low = wide.multiply(u64(samples.total), u64(samples.total))
    high, low = wide.subtract(high, low, square_high, square_low)
    up = wide.leading_zeros(high, low)
    if up == 128:
        return 0
    high, low = wide.shift_left(high, low, up)
    high, low = wide.divide(high, low, a)
    high, low = wide.divide(high, low, b)
    high, low = wide.divide(high, low, c)
    if up >= bits:
        high, low = wide.shift_right(high, low, up - bits)
    else:
        high, low = wide.shift_left(high, low, bits - up)
    return wide.square_root(high, low)


@pure
def half_width(error: i64, t: i64) -> i64:
    """t (Q48.16, below 64) times a standard error, in Q48.16, rounded up: an interval is never too narrow."""
    return multiply_high(t << 34, error) + 1 if error > 0 else 0


@kernel
def credible_interval(samples: Ptr[Samples], level: i64) -> tuple[i64, i64, bool]:
    """The central 95 % (or 99 %: `level`) of the posterior of the mean, from and to in Q48.16; fails with fewer
    than LEAST_SAMPLES.
    """
    error, few = standard_error(samples)
    if few:
        return 0, MAX, True
    middle, _ = mean(samples)
    half = half_width(error, quantile(level, samples.count - 1))
    return middle - half, middle + half, False
