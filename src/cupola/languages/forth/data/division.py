"""Division of a double-cell number by a single: UM/MOD and what is built on it, */ and */MOD.

Products that fit in one cell, and dividends whose high half says nothing, take one machine division.
"""

from __future__ import annotations

from cupola.kernel import count_leading_zeros, i64, inline, kernel, mul_overflow, multiply_high, u64
from cupola.language import Cell, slow
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.throwing.throws import division_by_zero, thrower

HALF = 32
LOW_HALF = (1 << HALF) - 1
SMALLEST = -(1 << 63)
TOP_BIT = 1 << 63

out_of_range = thrower("out_of_range", -11)


@kernel
def digit_of_quotient(high: u64, next: u64, divisor: u64) -> tuple[u64, u64]:
    """One digit in base 2**32: (high * 2**32 + next) / divisor, whose top bit is set; high < divisor.

    Knuth, The Art of Computer Programming 2 (1969), 4.3.1, algorithm D: a guess from the divisor's upper half
    is at most 2 too large. Returns the digit and the rest.
    """
    upper = divisor >> HALF
    guess = high // upper
    if guess > LOW_HALF:
        guess = u64(LOW_HALF)
    rest = (high << HALF) + next - guess * divisor
    # A guess that is too large leaves a rest below zero: its high half then is not what it would be.
    while is_negative(high, next, guess, divisor):
        guess -= 1
        rest += divisor
    return guess, rest


@inline
def is_negative(high: u64, next: u64, guess: u64, divisor: u64) -> bool:
    """Whether high * 2**32 + next < guess * divisor, in 128 bits."""
    product_high = multiply_high(guess, divisor)
    product_low = guess * divisor
    value_high = high >> HALF
    value_low = (high << HALF) + next
    return value_high < product_high or (value_high == product_high and value_low < product_low)


@kernel
def divide_double(low: u64, high: u64, divisor: u64) -> tuple[u64, u64]:
    """Quotient and remainder of `high:low` by the divisor; high must be below it."""
    if high == 0:
        return low // divisor, low % divisor
    shift = count_leading_zeros(divisor)
    scaled = divisor << shift
    upper = high << shift
    if shift != 0:
        upper = upper | low >> (64 - shift)
    lower = low << shift
    first, rest = digit_of_quotient(upper, lower >> HALF, scaled)
    second, last = digit_of_quotient(rest, lower & LOW_HALF, scaled)
    return (first << HALF) + second, last >> shift


@inline
def negate_double(low: i64, high: i64) -> tuple[i64, i64]:
    return -low, ~high + i64(low == 0)


@kernel
def divide_signed(low: i64, high: i64, divisor: i64) -> tuple[i64, i64, bool]:
    """Symmetric division of a signed double: quotient, remainder, and whether the quotient fits in a cell."""
    size_low, size_high = low, high
    if high < 0:
        size_low, size_high = negate_double(low, high)
    size = -divisor if divisor < 0 else divisor
    if u64(size_high) >= u64(size):
        return 0, 0, False
    quotient, rest = divide_double(u64(size_low), u64(size_high), u64(size))
    negative = (high < 0) != (divisor < 0)
    fits = quotient < TOP_BIT or (negative and quotient == TOP_BIT)
    return -i64(quotient) if negative else i64(quotient), -i64(rest) if high < 0 else i64(rest), fits


@kernel
def divide_floored(low: i64, high: i64, divisor: i64) -> tuple[i64, i64, bool]:
    """Floored division of a signed double: quotient, remainder, and whether the quotient fits in a cell."""
    quotient, rest, fits = divide_signed(low, high, divisor)
    if rest != 0 and (rest < 0) != (divisor < 0):
        fits = fits and quotient != SMALLEST
        return quotient - 1, rest + divisor, fits
    return quotient, rest, fits


@forth.instruction(name="um/mod", memory_stack=True, facts=known_as("um/mod"))
def um_slash_mod(low: Cell, high: Cell, divisor: Cell) -> tuple[Cell, Cell]:
    """( ud u1 -- u2 u3 ) remainder and quotient"""
    if divisor == 0:
        slow(division_by_zero)
    if u64(high) >= u64(divisor):
        slow(out_of_range)
    quotient, rest = divide_double(u64(low), u64(high), u64(divisor))
    return i64(rest), i64(quotient)


@forth.instruction(name="sm/rem", memory_stack=True, facts=known_as("sm/rem"))
def sm_slash_rem(low: Cell, high: Cell, divisor: Cell) -> tuple[Cell, Cell]:
    """( d n1 -- n2 n3 ) remainder and quotient, rounded towards zero"""
    if divisor == 0:
        slow(division_by_zero)
    quotient, rest, fits = divide_signed(low, high, divisor)
    if not fits:
        slow(out_of_range)
    return rest, quotient


@forth.instruction(name="fm/mod", memory_stack=True, facts=known_as("fm/mod"))
def fm_slash_mod(low: Cell, high: Cell, divisor: Cell) -> tuple[Cell, Cell]:
    """( d n1 -- n2 n3 ) remainder and quotient, rounded down"""
    if divisor == 0:
        slow(division_by_zero)
    quotient, rest, fits = divide_floored(low, high, divisor)
    if not fits:
        slow(out_of_range)
    return rest, quotient


@forth.instruction(name="*/", memory_stack=True, facts=known_as("*/"))
def star_slash(a: Cell, b: Cell, divisor: Cell) -> Cell:
    """( n1 n2 n3 -- n4 ) n1 * n2 / n3, with a product of two cells"""
    if divisor == 0:
        slow(division_by_zero)
    product, over = mul_overflow(a, b)
    if not over and divisor != -1:
        return product // divisor
    quotient, _, fits = divide_floored(product, multiply_high(a, b), divisor)
    if not fits:
        slow(out_of_range)
    return quotient


@forth.instruction(name="*/mod", memory_stack=True, facts=known_as("*/mod"))
def star_slash_mod(a: Cell, b: Cell, divisor: Cell) -> tuple[Cell, Cell]:
    """( n1 n2 n3 -- n4 n5 ) remainder and quotient of n1 * n2 / n3, with a product of two cells"""
    if divisor == 0:
        slow(division_by_zero)
    product, over = mul_overflow(a, b)
    if not over and divisor != -1:
        return product % divisor, product // divisor
    quotient, rest, fits = divide_floored(product, multiply_high(a, b), divisor)
    if not fits:
        slow(out_of_range)
    return rest, quotient
