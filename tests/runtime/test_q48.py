"""Q48.16 against exact fractions: the same functions as plain Python, in the IR evaluator and natively."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from cupola.ir.evaluator import Evaluator
from cupola.kernel import KernelFunction, collect, compile_native
from cupola.runtime import q48
from tests.runtime.fixed_point import EDGES, pairs, quotient, saturated, singles

Checked = KernelFunction[..., Any]

BINARY: dict[str, tuple[Checked, Callable[[int, int], tuple[int, bool]]]] = {
    "add": (q48.add, lambda a, b: saturated(a + b)),
    "sub": (q48.sub, lambda a, b: saturated(a - b)),
    "mul": (q48.mul, lambda a, b: saturated(Fraction(a * b, q48.ONE))),
    "div": (q48.div, quotient),
}
UNARY: dict[str, tuple[Checked, Callable[[int], tuple[int, bool]]]] = {
    "neg": (q48.neg, lambda x: saturated(-x)),
    "abs": (q48.abs, lambda x: saturated(x if x >= 0 else -x)),
    "sqrt": (q48.sqrt, lambda x: (math.isqrt(x << 16), False) if x >= 0 else (0, True)),
}
APPROXIMATE: tuple[Checked, ...] = (q48.ln, q48.exp, q48.erf)


@pytest.fixture(scope="module")
def native() -> dict[str, Callable[..., Any]]:
    functions = [each for each, _ in (*BINARY.values(), *UNARY.values())]
    functions += [*APPROXIMATE, q48.round, q48.floor, q48.from_integer, q48.decimal]
    return compile_native(functions)


@pytest.mark.parametrize("name", BINARY)
def test_two_operands(name: str, native: dict[str, Callable[..., Any]]) -> None:
    function, reference = BINARY[name]
    run = native[function.name]
    for a, b in pairs(1500):
        expected = reference(a, b)
        assert function(a, b) == expected, (a, b)
        assert run(a, b) == expected, (a, b)


@pytest.mark.parametrize("name", UNARY)
def test_one_operand(name: str, native: dict[str, Callable[..., Any]]) -> None:
    function, reference = UNARY[name]
    run = native[function.name]
    for x in singles(4000):
        expected = reference(x)
        assert function(x) == expected, x
        assert run(x) == expected, x


def test_one_text(native: dict[str, Callable[..., Any]]) -> None:
    """Python, the evaluator and machine code agree, wherever the operand lies."""
    functions = (*APPROXIMATE, q48.round, q48.floor, q48.from_integer, q48.decimal)
    for function in functions:
        for x in singles(1500):
            assert function(x) == native[function.name](x), (function, x)
    both = [(function, (x,)) for function in (q48.sqrt, q48.ln, q48.exp, q48.erf) for x in EDGES]
    both += [
        (function, operands)  # type: ignore[misc]  # two operands here, one above
        for function in (q48.mul, q48.div)
        for operands in itertools.product(EDGES[::7], EDGES[::5])
    ]
    evaluator = Evaluator(collect("q48", {each: None for each, _ in both}))
    for function, operands in both:
        value, failed = evaluator.run(function.name, *(each & (1 << 64) - 1 for each in operands))
        value = int(value)
        signed = value - (1 << 64) if value >> 63 else value
        assert (signed, bool(failed)) == function(*operands), (function, operands)


def test_families() -> None:
    run = compile_native([q48.saturating.mul, q48.saturating.div, q48.trapping.add, q48.saturating.sqrt])
    assert run[q48.saturating.mul.name](q48.MAX, -q48.ONE * 2) == q48.MIN
    assert run[q48.saturating.div.name](q48.ONE, 0) == q48.MAX
    assert run[q48.saturating.sqrt.name](2 * q48.ONE) == 92681 == q48.saturating.sqrt(2 * q48.ONE)
    assert run[q48.trapping.add.name](1, 2) == 3 == q48.trapping.add(1, 2)
    assert q48.saturating.neg(q48.MIN) == q48.MAX
    with pytest.raises(AssertionError, match=r"no Q48\.16 number"):
        q48.trapping.add(q48.MAX, 1)
    with pytest.raises(AssertionError, match=r"no Q48\.16 number"):
        q48.trapping.ln(0)


def test_text() -> None:
    for x in singles(4000):
        text = q48.to_text(x)
        assert q48.from_text(text) == x, text
        assert abs(Fraction(text) - Fraction(x, q48.ONE)) * 200000 <= 1, text
    for text in (
        "0.5",
        "-0.5",
        "+12.",
        ".00000762939453125",
        ".000007629394531250000001",
        "3.141592653589793238462643",
    ):
        assert q48.from_text(text) == round(Fraction(text) * q48.ONE), text
    for odd in range(1, 2000, 2):  # exact ties, and the numbers just beside them
        tie = Fraction(odd, 2 * q48.ONE)
        digits = f"{tie.numerator * 10**17 // tie.denominator:017d}"
        for text, exact in ((f".{digits}", tie), (f".{digits}0001", tie + Fraction(1, 10**21))):
            assert q48.from_text(text) == round(exact * q48.ONE), text


@pytest.mark.parametrize("text", ["", "-", ".", "1e5", " 1", "1.2.3", "0x10", "½", "--1"])
def test_malformed_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a number such as -1\.25, found"):
        q48.from_text(text)


def test_text_out_of_range() -> None:
    assert q48.from_text("-140737488355328") == q48.MIN
    assert q48.from_text("140737488355327.99999") == q48.MAX
    for text in ("140737488355328", "-140737488355328.1", "9" * 40):
        with pytest.raises(ValueError, match=r"expected -140737488355328\.00000 to 140737488355327\.99998"):
            q48.from_text(text)
