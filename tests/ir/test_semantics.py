"""Meanings of functions as Z3 terms: proofs, a counter-example, conditions, and what has no meaning."""

from __future__ import annotations

import pytest

from cupola.ir import semantics
from cupola.ir.errors import IRError
from cupola.ir.operations.terms import z3
from cupola.ir.parser import parse_function
from cupola.ir.types import F64, I64


def meaning(result: str, *lines: str) -> semantics.Meaning:
    body = "\n".join(lines)
    parameters = f"(%x: {result}, %y: {result})"
    text = f"function @f{parameters} -> {result} {{\nentry{parameters}:\n{body}\n}}"
    return semantics.meaning(parse_function(text))


def provable(claim: object) -> bool:
    solver = z3().Solver()
    solver.add(z3().Not(claim))
    return bool(solver.check() == z3().unsat)


def test_equal_functions_are_proved_equal() -> None:
    one = meaning("i64", "%r = mul %x, 5:i64", "return %r")
    two = meaning("i64", "%a = shl %x, 2:i64", "%r = add %a, %x", "return %r")
    assert provable(one.results[0] == two.results[0])
    three = meaning("i64", "%a = shl %x, 3:i64", "%r = add %a, %x", "return %r")
    assert not provable(one.results[0] == three.results[0])


def test_conditions_say_where_a_function_has_a_meaning() -> None:
    quotient = meaning("i8", "%r = udiv %x, %y", "return %r")
    safe = meaning("i8", "%d = or %y, 1:i8", "%r = udiv %x, %d", "return %r")
    assert not provable(quotient.defined)
    assert provable(safe.defined)
    _, y = quotient.parameters
    assert provable(quotient.defined == (y != 0))


def test_operations_with_two_results() -> None:
    carry = meaning("i8", "%s, %o = add_overflow_u %x, %y", "%r = zero_extend.i8 %o", "return %r")
    less = meaning("i8", "%s = add %x, %y", "%o = ult %s, %x", "%r = zero_extend.i8 %o", "return %r")
    assert provable(carry.results[0] == less.results[0])


def test_floats() -> None:
    doubled = meaning("f64", "%r = fadd %x, %x", "return %r")
    product = meaning("f64", "%r = fmul %x, 2.0:f64", "return %r")
    solver_claim = doubled.results[0] == product.results[0]
    assert provable(
        z3().simplify(z3().substitute(solver_claim, (doubled.parameters[0], semantics.constant(F64, 0.1))))
    )


def test_numbers_of_terms() -> None:
    assert semantics.number(I64, semantics.constant(I64, 2**64 - 1)) == 2**64 - 1
    assert semantics.number(F64, semantics.constant(F64, -0.25)) == -0.25
    with pytest.raises(IRError, match="expected a number, found x"):
        semantics.number(I64, semantics.variable(I64, "x"))
    with pytest.raises(IRError, match="expected a number, found y"):
        semantics.number(F64, semantics.variable(F64, "y"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("function @f() {\na:\n  jump b\nb:\n  return\n}", "@f: expected one block that ends in return"),
        ("function @f() {\na:\n  unreachable\n}", "@f: expected one block that ends in return"),
        (
            "function @f(%p: ptr) {\na(%p: ptr):\n  %x = load.i8 %p\n  return\n}",
            "load has no meaning as a term",
        ),
    ],
)
def test_what_has_no_meaning(text: str, message: str) -> None:
    with pytest.raises(IRError, match=message):
        semantics.meaning(parse_function(text))
