"""Printing floats: in fixed-point (F.), scientific (FS.) and engineering (FE.) notation.

The first PRECISION digits are printed, rounded to the nearest; F. leaves zeros at the end of a fraction out.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, f64, i64, inline, kernel, local, table, u8
from cupola.language import Float, slow
from cupola.languages.forth.constants import OUTPUT_BYTES
from cupola.languages.forth.data.output import BLANK, flush, put, put_number, put_text
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.floats.text import LETTER_E, MOST_PRECISION, is_finite, is_negative, write_digits
from cupola.languages.forth.interpreter.numbers import MINUS, POINT, ZERO
from cupola.languages.forth.machine import VM, Machine

SPARE = 1024  # bytes for one number: 325 places before its digits, or 309 of them, with signs and the point
CAPITAL_E = LETTER_E - 32


@inline
def need_output(m: Machine) -> None:
    """Give up, to start over with an empty buffer, unless a number finds room."""
    if m.vm.output_count > OUTPUT_BYTES - SPARE:
        slow(flush)


@kernel
def put_special(vm: Ptr[VM], value: f64) -> bool:
    """Print the sign, and what is not finite."""
    if value != value:
        put_text(vm, table(u8, b"nan "), 4)
        return True
    if is_negative(value):
        put(vm, MINUS)
    if not is_finite(value):
        put_text(vm, table(u8, b"inf "), 4)
        return True
    return False


@kernel
def put_zeros(vm: Ptr[VM], count: i64) -> None:
    for _ in range(count):
        put(vm, ZERO)


@kernel
def put_fixed(vm: Ptr[VM], digits: Ptr[u8], count: i64, whole: i64) -> None:
    """Print digits with a point after the first `whole` of them; there may be fewer than that."""
    if whole <= 0:
        put(vm, ZERO)
        put(vm, POINT)
        put_zeros(vm, -whole)
        put_text(vm, digits, count)
    elif whole >= count:
        put_text(vm, digits, count)
        put_zeros(vm, whole - count)
        put(vm, POINT)
    else:
        put_text(vm, digits, whole)
        put(vm, POINT)
        put_text(vm, digits + whole, count - whole)


@kernel
def print_fixed(vm: Ptr[VM], value: f64) -> None:
    """F."""
    if put_special(vm, value):
        return
    digits = cast(Ptr[u8], local(Array[u8, MOST_PRECISION]))
    count = vm.precision
    power = write_digits(value, count, digits)
    while count > 0 and i64(digits[count - 1]) == ZERO:
        count -= 1
    if count == 0:
        put(vm, ZERO)
        put(vm, POINT)
    else:
        put_fixed(vm, digits, count, power + 1)
    put(vm, BLANK)


@kernel
def print_scaled(vm: Ptr[VM], value: f64, step: i64) -> None:
    """Print with an exponent that is a multiple of `step`."""
    if put_special(vm, value):
        return
    digits = cast(Ptr[u8], local(Array[u8, MOST_PRECISION]))
    power = write_digits(value, vm.precision, digits)
    exponent = power // step * step
    put_fixed(vm, digits, vm.precision, power - exponent + 1)
    put(vm, CAPITAL_E)
    put_number(vm, exponent)
    put(vm, BLANK)


@forth.instruction(name="f.", cold=True, facts=known_as("f."))
def float_dot(m: Machine, r: Float) -> None:
    """( F: r -- ) Print in fixed-point notation."""
    need_output(m)
    print_fixed(m.vm, r)


@forth.instruction(name="fs.", cold=True, facts=known_as("fs."))
def float_s_dot(m: Machine, r: Float) -> None:
    """( F: r -- ) Print in scientific notation: one digit before the point."""
    need_output(m)
    print_scaled(m.vm, r, 1)


@forth.instruction(name="fe.", cold=True, facts=known_as("fe."))
def float_e_dot(m: Machine, r: Float) -> None:
    """( F: r -- ) Print in engineering notation: the exponent is a multiple of three."""
    need_output(m)
    print_scaled(m.vm, r, 3)
