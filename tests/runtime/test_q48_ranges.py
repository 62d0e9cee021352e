"""ln, exp and erf over their whole ranges: error bounds and monotonicity, for every operand that makes a difference.

exp and erf have few of them: each is compared with an exact value. ln depends on 28 bits of its operand and on its
exponent; that `ln_mantissa` never falls is seen natively for all of its 2**28 operands, and its error at many.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from cupola.kernel import Ptr, compile_native, i64, kernel
from cupola.runtime import q48
from cupola.runtime.q48 import tables
from cupola.runtime.q48.error_function import erf_positive
from cupola.runtime.q48.logarithm import ln_mantissa
from cupola.runtime.q48.tables import ERF_END, EXP_HIGHEST, EXP_LOWEST, WORK

BITS = 120  # of fraction in the references
UNIT = 1 << BITS


@kernel
def falls(first: i64, last: i64) -> i64:
    """The first mantissa from `first` on whose logarithm is below that of the one before; 0 if there is none."""
    before = ln_mantissa(first)
    x = first + 1
    while x <= last:
        now = ln_mantissa(x)
        if now < before:
            return x
        before = now
        x += 1
    return 0


@kernel
def fill_exp(out: Ptr[i64], first: i64, count: i64) -> None:
    for place in range(count):
        value, _ = q48.exp(first + place)
        out[place] = value


@kernel
def fill_erf(out: Ptr[i64], count: i64) -> None:
    for place in range(count):
        value, _ = q48.erf(place)
        out[place] = value


@pytest.fixture(scope="module")
def native() -> dict[str, Callable[..., Any]]:
    return compile_native([falls, fill_exp, fill_erf])


def test_constants() -> None:
    ln2 = tables.logarithm(4, 3) + tables.logarithm(3, 2)
    assert tables.nearest(ln2, 56) == tables.LN2
    top = (1 << 63 + WORK - 16) - (1 << WORK - 17)  # 2**47 less half a unit
    assert (
        tables.exponential(EXP_HIGHEST << WORK - 16) < top < tables.exponential(EXP_HIGHEST + 1 << WORK - 16)
    )
    least = 1 << WORK - 17
    assert (
        tables.exponential(EXP_LOWEST - 1 << WORK - 16) < least < tables.exponential(EXP_LOWEST << WORK - 16)
    )
    below_one = (1 << WORK) - least
    assert tables.error_function(ERF_END - 1, q48.ONE) < below_one < tables.error_function(ERF_END, q48.ONE)
    assert q48.exp(EXP_HIGHEST + 1) == (q48.MAX, True) and not q48.exp(EXP_HIGHEST)[1]
    assert q48.exp(EXP_LOWEST - 1) == (0, False) and q48.exp(EXP_LOWEST) == (1, False)
    assert q48.erf(ERF_END) == (q48.ONE, False) and q48.erf(ERF_END - 1) == (q48.ONE - 1, False)


def test_exp_everywhere(native: dict[str, Callable[..., Any]]) -> None:
    """All 2.9 million operands: within half a unit and 2**-59 of the value, and never falling.

    The reference goes from one operand to the next by multiplying with exp(1 / 65536), anew from the series at each
    whole number, so that its error stays below 2**-100 of the value.
    """
    count = EXP_HIGHEST - EXP_LOWEST + 1
    found = (ctypes.c_int64 * count)()
    native[fill_exp.name](found, EXP_LOWEST, count)
    step = tables.exponential(1 << WORK - 16) >> WORK - BITS
    before, exact = 0, 0
    for place, value in enumerate(found):
        x = EXP_LOWEST + place
        if place == 0 or x % q48.ONE == 0:
            exact = tables.exponential(x << WORK - 16) >> WORK - BITS
        else:
            exact = exact * step >> BITS
        wanted = exact << 16
        error = abs((value << BITS) - wanted)
        assert error <= (UNIT >> 1) + (wanted >> 59) + (UNIT >> 40), x
        assert value >= before, x
        before = value


def test_erf_everywhere(native: dict[str, Callable[..., Any]]) -> None:
    """All 207,391 operands from 0 up to where it is 1: never falling, and the error at every 16th, by the series."""
    found = (ctypes.c_int64 * ERF_END)()
    native[fill_erf.name](found, ERF_END)
    values = list(found)
    assert values == sorted(values) and values[0] == 0 and values[-1] == q48.ONE - 1
    for x in range(0, ERF_END, 16):
        wanted = tables.error_function(x, q48.ONE)
        assert abs((values[x] << WORK) - (wanted << 16)) <= 501 * (1 << WORK) // 1000, x
    for x in range(0, ERF_END, 997):
        assert erf_positive(x) == values[x] and q48.erf(-x) == (-values[x], False)


def test_ln_never_falls(native: dict[str, Callable[..., Any]]) -> None:
    """All 2**28 mantissas, the step from one power of two to the next, and the rounding: so ln never falls at all."""
    assert native[falls.name](1 << 28, (1 << 29) - 1) == 0
    assert ln_mantissa(1 << 28) >> 4 >= 0
    assert ln_mantissa((1 << 29) - 1) >> 4 <= tables.LN2 + (ln_mantissa(1 << 28) >> 4)
    assert (
        q48.ln(q48.ONE) == (0, False)
        and q48.ln(1) == (-726817, False)
        and q48.ln(q48.MAX) == (2135026, False)
    )


def reference_ln(numerator: int, power: int) -> int:
    """ln(numerator / 2**power), WORK bits, by the series alone."""
    length = numerator.bit_length() - 1
    ln2 = tables.logarithm(4, 3) + tables.logarithm(3, 2)
    ratio = tables.logarithm(numerator, 3 << length - 1) if length else -tables.logarithm(3, 2)
    return ratio + tables.logarithm(3, 2) + (length - power) * ln2 if length else -power * ln2


def test_ln_error() -> None:
    """Within 0.501 units: at the ends, the middle and inside each of the 128 intervals; for all exponents."""
    mantissas = [
        (1 << 28) + (place << 21) + offset
        for place in range(128)
        for offset in (0, 1, 1 << 19, (1 << 20) - 1, 1 << 20, 3 << 19, (1 << 21) - 1)
    ]
    for mantissa in mantissas:
        exact = reference_ln(mantissa, 28)
        assert abs((ln_mantissa(mantissa) << WORK - 60) - exact) < 1 << WORK - 50, mantissa
    for exponent in range(63):
        for mantissa in mantissas[:: 11 + exponent % 3]:
            x = mantissa << exponent - 28 if exponent >= 28 else mantissa >> 28 - exponent
            for near in {x, min(x | (1 << max(exponent - 28, 0)) - 1, q48.MAX)}:
                value, failed = q48.ln(near)
                error = abs((value << WORK) - (reference_ln(near, 16) << 16))
                assert not failed and error <= 501 * (1 << WORK) // 1000, near


def test_sqrt_never_falls() -> None:
    points = sorted(
        {x + near for power in range(62) for x in (1 << power, 3 << power) for near in (-1, 0, 1)}
    )
    values = [q48.sqrt(x)[0] for x in points if 0 <= x <= q48.MAX]
    assert values == sorted(values)
