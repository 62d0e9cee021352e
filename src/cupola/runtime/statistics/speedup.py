"""The speedup: the ratio of two means, its interval, and the probability that it is above a number.

Both means have a posterior as in `posterior`, independent of each other. For a number x, the difference
d = m(before) - x * m(after) has a posterior with deviation sqrt(e(before)**2 + x**2 e(after)**2); its exact form is the
distribution of Behrens and Fisher, taken here, as usual, as Student's t with Welch's degrees of freedom (B. L. Welch,
1947). Then P(speedup > x) = P(d > 0), and the interval is the set of x that this t does not exclude: the interval of
E. C. Fieller (1954). No linearization is made (the delta method would be one).
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, multiply_high, pure, u64
from cupola.runtime.q48 import abs, div, erf, integer_sqrt, ln, mul, saturating
from cupola.runtime.q48.format import MAX, ONE
from cupola.runtime.q48.logarithm import ln_mantissa
from cupola.runtime.statistics import wide
from cupola.runtime.statistics.posterior import ERROR_BITS, mean, quantile, standard_error
from cupola.runtime.statistics.samples import Samples

UNIT = 1 << 30  # 1.0 of parts and relative errors
ROOT_HALF = 46341  # sqrt(1/2) in Q48.16
FARTHEST = 64 * ONE  # a t beyond which nothing is left
LARGEST_FACTOR = 1 << 20  # numbers x above 16 are refused: x times a standard error must fit


@kernel
def speedup(before: Ptr[Samples], after: Ptr[Samples]) -> tuple[i64, bool]:
    """mean(before) / mean(after) in Q48.16; fails without samples, or if the second mean is zero."""
    if before.count == 0 or after.count == 0:
        return 0, True
    upper, _ = mean(before)
    lower, _ = mean(after)
    return div(upper, lower)


@pure
def freedom(first: i64, second: i64, first_count: i64, second_count: i64) -> i64:
    """Welch's degrees of freedom of a sum of two estimates with these standard errors, rounded down."""
    larger = max(first, second)
    if larger == 0:
        return first_count + second_count - 2
    a = i64(wide.ratio(u64(first), u64(larger), 15))
    b = i64(wide.ratio(u64(second), u64(larger), 15))
    total = a * a + b * b  # 2**30 to 2**31
    part = i64(wide.ratio(u64(a * a), u64(total), 30))
    rest = UNIT - part
    return (1 << 60) // max(part * part // (first_count - 1) + rest * rest // (second_count - 1), 1)


@pure
def relative_half_width(error: i64, t: i64, middle: i64) -> i64:
    """t times a standard error, by the mean, with 30 bits of fraction; UNIT if it is that or more."""
    half = multiply_high(t << 40, error)  # 22 bits of fraction
    if half >= middle << 6:
        return UNIT
    return i64(wide.ratio(u64(half), u64(middle << 6), 30))


@kernel
def speedup_interval(before: Ptr[Samples], after: Ptr[Samples], level: i64) -> tuple[i64, i64, bool]:
    """The 95 % (or 99 %: `level`) interval of the speedup, from and to in Q48.16.

    With relative half widths f and g of the two means: r (1 +- sqrt(f**2 + g**2 - f**2 g**2)) / (1 - g**2), which is
    Fieller's. Fails with too few samples, or if a mean is not certainly above zero: then the ratio has no interval.
    """
    first, few = standard_error(before)
    second, fewer = standard_error(after)
    ratio, zero = speedup(before, after)
    if few or fewer or zero or ratio >= 1 << 56:
        return 0, MAX, True
    upper, _ = mean(before)
    lower, _ = mean(after)
    spread = freedom(
        relative_half_width(first, ONE, upper),
        relative_half_width(second, ONE, lower),
        before.count,
        after.count,
    )
    t = quantile(level, spread)
    f = relative_half_width(first, t, upper)
    g = relative_half_width(second, t, lower)
    if f >= UNIT // 2 or g >= UNIT // 2:
        return 0, MAX, True
    both = f * f + g * g - (f * f >> 30) * (g * g >> 30)
    root, _ = integer_sqrt(u64(both))
    below = UNIT - (g * g >> 30)
    least = i64(wide.ratio(u64(UNIT - i64(root)), u64(below), 30))
    most = i64(wide.ratio(u64(UNIT + i64(root)), u64(below), 30))
    return multiply_high(ratio << 6, least << 28), multiply_high(ratio << 6, most << 28) + 1, False


@pure
def student(t: i64, freedom: i64) -> i64:
    """P(T <= t) of Student's t, in Q48.16, for at least 9 degrees of freedom; within 0.0002.

    By the normal distribution at z = (8 n + 1) / (8 n + 3) sqrt(n ln(1 + t**2 / n)) (D. L. Wallace, 1959); above 4096
    degrees of freedom at t itself.
    """
    size, _ = abs(t)
    if size >= FARTHEST:
        return ONE if t > 0 else 0
    z = size
    if freedom <= 1 << 12:
        ratio = (size * size) // freedom >> 4  # t**2 / n with 28 bits of fraction
        if ratio < 1 << 28:
            logarithm = ln_mantissa((1 << 28) + ratio) >> 20
        else:
            coarse, _ = ln(ONE + (ratio >> 12))
            logarithm = coarse << 24
        root, _ = integer_sqrt(u64(logarithm * freedom))  # 20 bits of fraction
        z = i64(root) * (8 * freedom + 1) // (8 * freedom + 3) >> 4
    scaled, _ = mul(z, ROOT_HALF)
    value, _ = erf(scaled if t > 0 else -scaled)
    return (ONE + value) >> 1


@pure
def root_of_squares(a: i64, b: i64) -> i64:
    """sqrt(a**2 + b**2) of two numbers from 0 to 2**61, within 4 units and 2**-28 of it."""
    larger = max(a, b)
    if larger == 0:
        return 0
    part = i64(wide.ratio(u64(min(a, b)), u64(larger), 30))
    root, _ = integer_sqrt(u64(UNIT * UNIT + part * part))
    return multiply_high(larger, i64(root) << 32) << 2


@kernel
def probability_above(before: Ptr[Samples], after: Ptr[Samples], x: i64) -> tuple[i64, bool]:
    """P(mean(before) / mean(after) > x) in Q48.16, for 0 < x <= 16; fails for another x and with too few samples."""
    first, few = standard_error(before)
    second, fewer = standard_error(after)
    if few or fewer or x <= 0 or x > LARGEST_FACTOR:
        return 0, True
    upper, _ = mean(before)
    lower, _ = mean(after)
    difference = upper - saturating.mul(x, lower)
    # sixteenths of the errors, so that x times one fits
    narrowed = first >> 4
    scaled = multiply_high(second, x << 42) << 2
    error = root_of_squares(narrowed, scaled)
    size, _ = abs(difference)
    if size >= error >> 4:  # |t| is 64 or more
        return (ONE if difference > 0 else 0 if difference < 0 else ONE // 2), False
    t = i64(wide.ratio(u64(size), u64(error), ERROR_BITS - 4))
    spread = freedom(narrowed, scaled, before.count, after.count)
    return student(t if difference > 0 else -t, spread), False
