"""The tables of ln, exp, erf and sqrt, computed in whole numbers when a function that reads them is lowered.

`Fixed` numbers here are Python integers with WORK bits of fraction; each table entry is the nearest integer to
its exact value. Nothing is computed at import.
"""

from __future__ import annotations

from functools import cached_property
from math import isqrt

WORK = 160

LN2 = 49946518145322874  # ln 2 with 56 bits of fraction
EXP_HIGHEST = 2135026  # the largest operand whose exponential is in range
EXP_LOWEST = -772243  # the smallest one whose exponential does not round to zero
EXP_LEAST_WHOLE = EXP_LOWEST >> 16
ERF_END = 207391  # from here on the error function rounds to 1


def nearest(number: int, bits: int) -> int:
    """A number with WORK bits of fraction, rounded to `bits` of them."""
    return (number + (1 << (WORK - bits - 1))) >> (WORK - bits)


def exponential(number: int) -> int:
    """exp, by its series at number / 2**8, squared eight times; WORK bits of fraction."""
    guard = 64
    x = number << guard >> 8
    unit = 1 << (WORK + guard)
    total = term = unit
    count = 0
    while term:
        count += 1
        term = (term * x >> (WORK + guard)) // count
        total += term
        if -1 <= term <= 1:
            break
    for _ in range(8):
        total = total * total >> (WORK + guard)
    return total >> guard


def logarithm(numerator: int, denominator: int) -> int:
    """ln(numerator / denominator), by 2 artanh((n - d) / (n + d)), for a quotient near 1; WORK bits."""
    guard = 32
    ratio = ((numerator - denominator) << (WORK + guard)) // (numerator + denominator)
    square = ratio * ratio >> (WORK + guard)
    total, power, odd = 0, ratio, 1
    while power not in (0, -1):
        total += power // odd
        power = power * square >> (WORK + guard)
        odd += 2
    return total >> (guard - 1)


def arctangent_of_inverse(n: int) -> int:
    """arctan(1/n), by its series; WORK + 32 bits."""
    power = (1 << (WORK + 32)) // n
    total, odd, sign = 0, 1, 1
    while power:
        total += sign * (power // odd)
        power //= n * n
        odd += 2
        sign = -sign
    return total


def pi() -> int:
    """pi, by Machin's formula (1706); WORK bits."""
    return 4 * (4 * arctangent_of_inverse(5) - arctangent_of_inverse(239)) >> 32


def error_function(numerator: int, denominator: int) -> int:
    """erf, by its power series; WORK bits. Terms grow to exp(x**2), so that guard bits are needed."""
    guard = 64
    bits = WORK + guard
    x = (numerator << bits) // denominator
    square = x * x >> bits
    total, power, count = 0, x, 0
    while power > 0:
        total += (power if count % 2 == 0 else -power) // (2 * count + 1)
        count += 1
        power = (power * square >> bits) // count
    return (total * 2 * (1 << WORK) // isqrt(pi() << WORK)) >> guard


def error_slope(numerator: int, denominator: int) -> int:
    """The derivative of erf: 2/sqrt(pi) exp(-x**2); WORK bits."""
    square = -((numerator * numerator << WORK) // (denominator * denominator))
    return exponential(square) * 2 * (1 << WORK) // isqrt(pi() << WORK)


class Tables:
    """Each table when it is first asked for."""

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """Eight bits of the square root of the middle of each 64th from 1/4 to 1."""
        return tuple(min(255, (isqrt((2 * top + 1) << 9) + 1) >> 1) for top in range(64, 256))

    @cached_property
    def reciprocals(self) -> tuple[int, ...]:
        """2**32 times the reciprocal of the middle of each 128th from 1 to 2."""
        return tuple(((1 << 41) // (257 + 2 * place) + 1) >> 1 for place in range(128))

    @cached_property
    def logarithms(self) -> tuple[int, ...]:
        """ln of the reciprocal of each reciprocal, with 60 bits of fraction."""
        return tuple(nearest(logarithm(1 << 32, each), 60) for each in self.reciprocals)

    @cached_property
    def exp_high(self) -> tuple[int, ...]:
        """exp(n / 256), with 61 bits of fraction."""
        return tuple(nearest(exponential(n << (WORK - 8)), 61) for n in range(256))

    @cached_property
    def exp_low(self) -> tuple[int, ...]:
        """exp(n / 65536), with 62 bits of fraction."""
        return tuple(nearest(exponential(n << (WORK - 16)), 62) for n in range(256))

    @cached_property
    def exp_whole(self) -> tuple[int, ...]:
        """exp of each whole number, scaled by a power of two to 62 bits of fraction, 1 <= entry < 2."""
        return tuple(nearest(each << 64 >> exponent + 64, 62) for each, exponent in self._exp_whole)

    @cached_property
    def exp_cuts(self) -> tuple[int, ...]:
        """By how many bits to shift the product that uses this entry of exp_whole."""
        return tuple(45 - exponent for _, exponent in self._exp_whole)

    @cached_property
    def _exp_whole(self) -> list[tuple[int, int]]:
        """exp of each whole number, and the power of two at or below it."""
        powers = [exponential(n << WORK) for n in range(EXP_LEAST_WHOLE, (EXP_HIGHEST >> 16) + 1)]
        return [(each, each.bit_length() - 1 - WORK) for each in powers]

    @cached_property
    def erf_values(self) -> tuple[int, ...]:
        """erf(n / 64), with 60 bits of fraction."""
        return tuple(nearest(error_function(n, 64), 60) for n in range((ERF_END + 512 >> 10) + 1))

    @cached_property
    def erf_slopes(self) -> tuple[int, ...]:
        """The derivative of erf at n / 64, with 60 bits of fraction."""
        return tuple(nearest(error_slope(n, 64), 60) for n in range((ERF_END + 512 >> 10) + 1))


TABLES = Tables()
