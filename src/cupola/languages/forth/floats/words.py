"""Float words that are rare, or take long: conversion from and to text and double cells, functions, definitions."""

from __future__ import annotations

from typing import Any

from cupola.kernel import (
    Array,
    Ptr,
    bits,
    c_function,
    cast,
    count_leading_zeros,
    f64,
    i64,
    inline,
    kernel,
    local,
    memory_copy,
    memory_fill,
    u8,
    u64,
)
from cupola.language import Cell, Float
from cupola.languages.forth.compiler.compiling import push, push_float
from cupola.languages.forth.compiler.defining import define, define_with_cell
from cupola.languages.forth.compiler.draft import emit_float
from cupola.languages.forth.constants import KIND_CREATED, KIND_FCONSTANT, KIND_FVALUE
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.floats.text import (
    BLANK,
    MOST_PRECISION,
    is_finite,
    is_negative,
    read_float,
    write_digits,
)
from cupola.languages.forth.interpreter.numbers import ZERO
from cupola.languages.forth.machine import Machine, data
from cupola.languages.forth.throwing.failure import OUT_OF_RANGE, UNDERFLOW, check, fail

TWO_TO_64 = 18446744073709551616.0
BEYOND_DOUBLE = TWO_TO_64 * TWO_TO_64 / 2
FRACTION_BITS, EXPONENT_BIAS = 52, 1023


# --- functions --------------------------------------------------------------------------------------------------------


def function(word: str, name: str, meaning: str, inputs: int = 1) -> None:
    """Define a word that is a function of the C library's."""
    real = c_function(name, [f64] * inputs, f64)

    def unary(r: Float) -> Float:
        return real(r)

    def binary(a: Float, b: Float) -> Float:
        return real(a, b)

    made: Any = unary if inputs == 1 else binary
    made.__qualname__ = made.__name__ = f"float_{name}"
    made.__doc__ = f"( F: {'r1 -- r2' if inputs == 1 else 'r1 r2 -- r3'} ) {meaning}"
    forth.instruction(made, name=word, cold=True, facts=known_as(word))


for _word, _name, _meaning in (
    ("fsin", "sin", "of an angle in radians"),
    ("fcos", "cos", "of an angle in radians"),
    ("ftan", "tan", "of an angle in radians"),
    ("fasin", "asin", "an angle in radians"),
    ("facos", "acos", "an angle in radians"),
    ("fatan", "atan", "an angle in radians"),
    ("fsinh", "sinh", "hyperbolic"),
    ("fcosh", "cosh", "hyperbolic"),
    ("ftanh", "tanh", "hyperbolic"),
    ("fasinh", "asinh", "hyperbolic"),
    ("facosh", "acosh", "hyperbolic"),
    ("fatanh", "atanh", "hyperbolic"),
    ("fexp", "exp", "e to the power r1"),
    ("fexpm1", "expm1", "e to the power r1, minus 1"),
    ("fln", "log", "the natural logarithm"),
    ("flnp1", "log1p", "the natural logarithm of r1 + 1"),
    ("flog", "log10", "the logarithm of base 10"),
):
    function(_word, _name, _meaning)
function("f**", "pow", "r1 to the power r2", 2)
function("fatan2", "atan2", "the angle from the x axis to the point (r2, r1), in radians", 2)

power = c_function("pow", [f64, f64], f64)
sine = c_function("sin", [f64], f64)
cosine = c_function("cos", [f64], f64)


@forth.instruction(name="falog", cold=True, facts=known_as("falog"))
def float_alog(r: Float) -> Float:
    """( F: r1 -- r2 ) 10 to the power r1"""
    return power(10.0, r)


@forth.instruction(name="fsincos", cold=True, facts=known_as("fsincos"))
def float_sincos(r: Float) -> tuple[Float, Float]:
    """( F: r1 -- r2 r3 ) the sine and the cosine of an angle in radians"""
    return sine(r), cosine(r)


@forth.instruction(name="f~", cold=True, facts=known_as("f~"))
def float_near(a: Float, b: Float, by: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 r3 -- ) whether r1 and r2 differ by less than r3; if that is 0, whether they are the same,
    sign and all; if it is negative, whether they differ by less than -r3 times the sum of their sizes"""
    if by > 0.0:
        return -i64(abs(a - b) < by)
    if by == 0.0:
        return -i64(bits(i64, a) == bits(i64, b))
    return -i64(abs(a - b) < -by * (abs(a) + abs(b)))


# --- double cells -----------------------------------------------------------------------------------------------------


@inline
def two_to(power: i64) -> f64:
    """2.0 to a power that a float has."""
    return bits(f64, (power + EXPONENT_BIAS) << FRACTION_BITS)


@inline
def negated(low: u64, high: u64) -> tuple[u64, u64]:
    return -low, ~high + u64(low == 0)


@kernel
def from_double(low: u64, high: u64) -> f64:
    """A number of 128 bits without sign, rounded to the nearest float."""
    if high == 0:
        return f64(low)
    shift = i64(count_leading_zeros(high))
    top = high
    rest = low
    if shift != 0:
        top = high << u64(shift) | low >> u64(64 - shift)
        rest = low << u64(shift)
    if rest != 0:  # what is left out decides only between a half and more than that
        top = top | u64(1)
    return f64(top) * two_to(64 - shift)


@forth.instruction(name="d>f", cold=True, facts=known_as("d>f"))
def double_to_float(low: Cell, high: Cell) -> Float:
    """( d -- ) ( F: -- r ) rounded to the nearest float"""
    if high < 0:
        positive_low, positive_high = negated(u64(low), u64(high))
        return -from_double(positive_low, positive_high)
    return from_double(u64(low), u64(high))


@kernel
def to_double(size: f64) -> tuple[u64, u64]:
    """The whole part of a float that is not negative, and below 2**128."""
    if size < TWO_TO_64:
        return u64(size), u64(0)
    packed = bits(i64, size)
    fraction = u64((packed & ((1 << FRACTION_BITS) - 1)) | (1 << FRACTION_BITS))
    shift = (packed >> FRACTION_BITS) - EXPONENT_BIAS - FRACTION_BITS
    if shift >= 64:
        return u64(0), fraction << u64(shift - 64)
    return fraction << u64(shift), fraction >> u64(64 - shift)


@forth.instruction(name="f>d", cold=True, facts=known_as("f>d"))
def float_to_double(m: Machine, r: Float) -> tuple[Cell, Cell]:
    """( -- d ) ( F: r -- ) towards zero; throws -11 if that is no double number"""
    if not (-BEYOND_DOUBLE <= r < BEYOND_DOUBLE):
        fail(m.vm, OUT_OF_RANGE)
    check(m)
    low, high = to_double(abs(r))
    if is_negative(r):
        low, high = negated(low, high)
    return i64(low), i64(high)


# --- text -------------------------------------------------------------------------------------------------------------


@kernel
def is_blank(text: Ptr[u8], length: i64) -> bool:
    for place in range(length):
        if i64(text[place]) != BLANK:
            return False
    return True


@forth.instruction(name=">float", cold=True, facts=known_as(">float", unknown_effect=True))
def to_float(m: Machine) -> None:
    """( c-addr u -- flag ) ( F: -- r | ) the number that a text is, if it is one; blanks are 0"""
    if m.vm.stack_bottom - m.sp < 2:
        fail(m.vm, UNDERFLOW)
    check(m)
    start, length = m.sp[1], m.sp[0]
    check_range(m, start, length)
    text = data(m.vm, start)
    good, value = read_float(text, length, True)
    m.sp = m.sp + 2
    if is_blank(text, length):
        good = True
    if good:
        push_float(m, value)
        check(m)
    push(m, -i64(good))


@kernel
def represent(value: f64, out: Ptr[u8], length: i64) -> i64:
    """Fill `length` characters with the first digits; returns the power of ten of the point before them."""
    digits = cast(Ptr[u8], local(Array[u8, MOST_PRECISION]))
    known = min(max(length, 1), MOST_PRECISION)
    point = write_digits(value, known, digits) + 1
    memory_fill(out, ZERO, length)
    if length > 0:
        memory_copy(out, digits, known)
    return point


@forth.instruction(name="represent", cold=True, facts=known_as("represent"))
def represent_word(m: Machine, start: Cell, length: Cell, r: Float) -> tuple[Cell, Cell, Cell]:
    """( c-addr u -- n flag1 flag2 ) ( F: r -- ) Put the first u digits of r into memory, for 0.digits times 10 to the
    power n; flag1 is true if r is negative, flag2 is false if it is no number"""
    check_range(m, start, length)
    out = data(m.vm, start)
    sign = -i64(is_negative(r))
    if is_finite(r):
        return represent(r, out, length), sign, -1
    memory_fill(out, BLANK, length)
    memory_copy(out, b"nan" if r != r else b"inf", min(length, 3))
    return 0, sign, 0


@forth.instruction(name="precision", cold=True, facts=known_as("precision"))
def precision_word(m: Machine) -> Cell:
    """( -- u ) how many significant digits F. and its kin print"""
    return m.vm.precision


@forth.instruction(name="set-precision", cold=True, facts=known_as("set-precision"))
def set_precision_word(m: Machine, digits: Cell) -> None:
    """( u -- ) Let F. and its kin print so many significant digits: from 1 to 255."""
    m.vm.precision = min(max(digits, 1), MOST_PRECISION)


# --- definitions ------------------------------------------------------------------------------------------------------


@forth.instruction(name="fliteral", cold=True, facts=known_as("fliteral", immediate=True, compile_only=True))
def float_literal_word(m: Machine, value: Float) -> None:
    """Compiling: ( F: r -- ) Running: ( F: -- r )"""
    emit_float(m.vm, value)
    check(m)


@forth.instruction(name="fconstant", cold=True, facts=known_as("fconstant"))
def float_constant_word(m: Machine, value: Float) -> None:
    """( "name" -- ) ( F: r -- ) Running the name: ( F: -- r )"""
    define(m.vm, KIND_FCONSTANT, 0, bits(i64, value))
    check(m)


@forth.instruction(name="fvariable", cold=True, facts=known_as("fvariable"))
def float_variable_word(m: Machine) -> None:
    """( "name" -- ) Running the name: ( -- f-addr ) of a float, 0 at first"""
    define_with_cell(m.vm, KIND_CREATED, 0)
    check(m)


@forth.instruction(name="fvalue", cold=True, facts=known_as("fvalue"))
def float_value_word(m: Machine, value: Float) -> None:
    """( "name" -- ) ( F: r -- ) Running the name: ( F: -- r ), until TO changes it"""
    define_with_cell(m.vm, KIND_FVALUE, bits(i64, value))
    check(m)
