"""The symbolic executor against the evaluator, its obligations, its laws, and the static facts."""

from __future__ import annotations

import random
from typing import Any

import pytest
import z3

from cupola.ir.evaluator import Evaluator
from cupola.ir.proofs.bitvectors import BitVectors
from cupola.ir.proofs.execute import Executor
from cupola.ir.proofs.facts import decided_by_integers
from cupola.ir.proofs.memory import Memory
from cupola.ir.proofs.products import Products
from cupola.ir.proofs.solver import Refuted, Unproved, prove
from cupola.kernel import clock, collect, f64, i64, kernel, table

SMALL = (3, 1, 4, 1, 5, 9, 2, 6)


@kernel
def collatz(a: i64, limit: i64) -> i64:
    a = a & 63
    steps = 0
    while a > 1 and steps < 40:
        a = a >> 1 if a & 1 == 0 else 3 * a + 1
        if steps > limit:
            break
        steps += 1
    return steps


@kernel
def looked_up(x: i64) -> i64:
    total = 0
    for place in range(3):
        total = total * 10 + table(i64, SMALL)[(x + place) & 7]
    return total


@kernel
def chosen(x: i64) -> i64:
    match x & 3:
        case 0:
            return looked_up(x)
        case 1 | 2:
            return -x
    return x // 5


@kernel
def out_of_table(x: i64) -> i64:
    return table(i64, SMALL)[x & 15]


@kernel
def may_trap(x: i64) -> i64:
    assert x != 7, "not seven"
    return 100 // (x - 7)


@kernel
def halved(x: f64) -> f64:
    return x / 2


@kernel
def calls_a_float(x: i64) -> i64:
    return i64(halved(f64(x)))


@kernel
def timed(x: i64) -> i64:
    return x if clock() > 0 else 0


def run(function: Any, *arguments: Any, turns: int = 64) -> tuple[Executor, Any]:
    executor = Executor(collect("test", [function]), BitVectors(), turns=turns)
    return executor, executor.call(function.name, arguments, Memory())


@pytest.mark.parametrize("function, count", [(collatz, 2), (looked_up, 1), (chosen, 1)], ids=str)
def test_the_executor_means_what_the_evaluator_does(function: Any, count: int) -> None:
    unknown = [z3.BitVec(f"x{place}", 64) for place in range(count)]
    executor, found = run(function, *unknown)
    for each in executor.obligations:
        prove(z3.Implies(each.condition, each.claim), executor.known, what=each.what)
    evaluator = Evaluator(collect("test", [function]))
    source = random.Random(1)
    for _ in range(60):
        numbers = [source.getrandbits(64) if source.random() < 0.5 else source.randrange(70) for _ in unknown]
        (value,) = evaluator.run(function.name, *numbers)
        given = [(x, z3.BitVecVal(n, 64)) for x, n in zip(unknown, numbers, strict=True)]
        assert z3.simplify(z3.substitute(found.results[0], *given)).as_long() == value


def test_known_operands_need_no_terms() -> None:
    executor, found = run(collatz, 27, 1000)
    assert found.results == (40,) and found.condition is True and not executor.obligations


def test_obligations() -> None:
    x = z3.BitVec("x", 64)
    executor, _ = run(out_of_table, x)
    (only,) = executor.obligations
    with pytest.raises(Refuted, match=r"stays within data\.\w+: wrong for x = "):
        prove(only.claim, what=only.what, shown={"x": x})
    executor, _ = run(may_trap, x)
    whats = {each.what: each for each in executor.obligations}
    trap = next(each for what, each in whats.items() if "not seven" in what)
    with pytest.raises(Refuted, match="x = 7"):
        prove(z3.Implies(trap.condition, z3.BoolVal(False)), what=trap.what, shown={"x": x})
    for what, each in whats.items():
        if "is defined" in what:  # since the assertion has excluded a zero divisor
            prove(z3.Implies(each.condition, each.claim), executor.known, what=what)


def test_a_loop_that_turns_too_often_is_an_obligation() -> None:
    executor, _ = run(collatz, z3.BitVec("x", 64), z3.BitVec("limit", 64), turns=3)
    late = [each for each in executor.obligations if "turns at most 3 times" in each.what]
    with pytest.raises(Refuted, match="turns at most 3 times"):
        prove(z3.Not(late[0].condition), executor.known, what=late[0].what)


def test_no_answer_is_an_error() -> None:
    """Factors of a product of two primes of 32 bits: to be found, but not in a second."""
    x, y = z3.BitVecs("x y", 64)
    small = z3.And(x > 1, y > 1, z3.ULT(x, 1 << 32), z3.ULT(y, 1 << 32))
    with pytest.raises((Unproved, Refuted), match="a product: "):
        prove(z3.Implies(small, x * y != 4294967291 * 4294967279), what="a product", seconds=1)


LAWS = ("monotone", "split", "successor", "square_of_successor", "scaled", "binomial")


class Real(Products):
    """Products as they are."""

    def product(self, left: Any, right: Any) -> Any:
        return self.wide(left) * self.wide(right)


@pytest.mark.parametrize("law", LAWS)
def test_laws_of_products_hold_of_real_ones(law: str) -> None:
    """At 5 bits, where Z3 multiplies as it is."""
    x, y, u, v = z3.BitVecs("x y u v", 5)
    products = Real(signed=False)
    arguments = {
        "monotone": (x, y, u, v),
        "split": (x, y, 2),
        "successor": (x, y),
        "square_of_successor": (x,),
    }
    fact = getattr(products, f"law_{law}")(*arguments.get(law, (x, y, 2)))
    prove(fact, what=law)


@pytest.mark.parametrize("signed", [False, True])
def test_what_is_known_of_every_product(signed: bool) -> None:
    x, y = z3.BitVecs("x y", 6)
    products = Real(signed=signed)
    for each in products.size(x, y, products.product(x, y)):
        prove(each, what="size")
    if not signed:
        quotient, rest = z3.UDiv(x, y), z3.URem(x, y)
        prove(products.divides(x, y, quotient, rest, products.product(quotient, y)), what="division")
    low = z3.Extract(5, 0, products.product(x, y))
    prove(low == x * y, what="mul is the low half")


def test_abstract_products_do_not_depend_on_how_factors_are_written() -> None:
    x, y = z3.BitVecs("x y", 64)
    products = Products(signed=False)
    assert products.product(x + 1, y) is products.product(y, 1 + x)
    assert products.division(x << 3, y)[0] is products.division(x << (z3.BitVecVal(3, 64) & 63), y)[0]


def test_static_facts() -> None:
    assert decided_by_integers(collect("facts", [chosen]), chosen.name) == []
    found = decided_by_integers(collect("facts", [calls_a_float]), calls_a_float.name)
    assert any(path[-1] == halved.name for path, _ in found) and any(
        "of a float" in what for _, what in found
    )
    found = decided_by_integers(collect("facts", [timed]), timed.name)
    assert any("a call of clock_gettime" in what for _, what in found)
