"""What is proved of Q48.16 arithmetic (`runtime/q48`), for all operands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.ir.operations.terms import z3
from cupola.ir.proofs.execute import Executor, Invariant
from cupola.ir.proofs.memory import Memory
from cupola.ir.proofs.products import Products
from cupola.lab.proofs.claim import Function, Proof, claim
from cupola.runtime import q48
from cupola.runtime.q48 import arithmetic, roots

WIDE = 128
Called = tuple[tuple[Any, ...], Memory]  # what a contract gives: results, and the memory afterwards


def wide(term: Any) -> Any:
    """A signed number in 128 bits, where sums, and products by 65536, are exact."""
    return z3().SignExt(WIDE - term.size(), term)


def saturates(value: Any, failed: Any, exact: Any) -> Any:
    """The value is the exact one (128 bits), or, if that is out of range, the bound next to it, and flagged."""
    most, least = z3().BitVecVal(q48.MAX, WIDE), z3().BitVecVal(q48.MIN, WIDE)
    bounded = z3().If(exact > most, most, z3().If(exact < least, least, exact))
    return z3().And(wide(value) == bounded, (failed == 1) == z3().Or(exact > most, exact < least))


def one_operand(function: Function, exact: Any) -> None:
    proof = Proof(function)
    x = proof.unknown("x")
    value, failed = proof.call(function, x).results
    proof.settle()
    proof.consistent(__name__)
    proof.show(saturates(value, failed, exact(wide(x))), function.name)


@claim(q48.add)
def addition_is_exact(add: Function) -> None:
    """The value is a + b if that is in range; otherwise it is the bound on that side, and the flag is set. Only
    then.
    """
    proof = Proof(add)
    a, b = proof.unknown("a"), proof.unknown("b")
    value, failed = proof.call(add, a, b).results
    proof.settle()
    proof.consistent(__name__)
    proof.show(saturates(value, failed, wide(a) + wide(b)), add.name)


@claim(q48.sub)
def subtraction_is_exact(sub: Function) -> None:
    """The value is a - b if that is in range; otherwise it is the bound on that side, and the flag is set. Only
    then.
    """
    proof = Proof(sub)
    a, b = proof.unknown("a"), proof.unknown("b")
    value, failed = proof.call(sub, a, b).results
    proof.settle()
    proof.consistent(__name__)
    proof.show(saturates(value, failed, wide(a) - wide(b)), sub.name)


@claim(q48.neg)
def negation_is_exact(neg: Function) -> None:
    """The value is -x, saturated and flagged for the smallest x only."""
    one_operand(neg, lambda x: -x)


@claim(q48.abs)
def absolute_value_is_exact(absolute: Function) -> None:
    """The value is |x|, saturated and flagged for the smallest x only."""
    one_operand(absolute, lambda x: z3().If(x < 0, -x, x))


@claim(q48.from_integer)
def whole_numbers_are_exact(from_integer: Function) -> None:
    """The value is 65536 n, saturated and flagged if that is out of range. Only then."""
    one_operand(from_integer, lambda n: n * q48.ONE)


@claim(q48.floor, q48.round)
def rounding_to_whole_numbers(floor: Function, round: Function) -> None:
    """floor gives the n with n <= x < n + 1, round the nearest n, and the even one of two that are equally near."""
    proof = Proof(floor, round)
    x = proof.unknown("x")
    (down,) = proof.call(floor, x).results
    (near,) = proof.call(round, x).results
    proof.settle()
    proof.consistent(__name__)
    below = wide(x) - wide(down) * q48.ONE
    proof.show(z3().And(below >= 0, below < q48.ONE), floor.name)
    off = wide(x) - wide(near) * q48.ONE
    half = q48.ONE // 2
    tie = z3().Implies(z3().Or(off == half, off == -half), near & 1 == 0)
    proof.show(z3().And(off <= half, off >= -half, tie), round.name)


def nearest_even(exact: Any, bits: int) -> Any:
    """exact / 2**bits, rounded to nearest, ties to even, of a signed number of 128 bits."""
    down = exact >> bits
    rest = exact & ((1 << bits) - 1)
    half = 1 << bits - 1
    return z3().If(z3().Or(rest > half, z3().And(rest == half, down & 1 == 1)), down + 1, down)


@claim(q48.mul)
def multiplication_rounds_to_nearest_even(mul: Function) -> None:
    """The value is a b / 65536 rounded to nearest, ties to even, if that is in range; otherwise it is the bound
    on that side, and the flag is set. Only then.
    """
    products = Products(signed=True)
    proof = Proof(mul, products=products)
    a, b = proof.unknown("a"), proof.unknown("b")
    value, failed = proof.call(mul, a, b).results
    proof.settle()
    proof.consistent(__name__)
    proof.shown["a * b"] = products.product(a, b)
    proof.show(saturates(value, failed, nearest_even(products.product(a, b), 16)), mul.name)


@claim(q48.add, q48.mul)
def sums_and_products_are_monotonic(add: Function, mul: Function) -> None:
    """a <= c gives add(a, b) <= add(c, b) for all b, and mul(a, b) <= mul(c, b) for b >= 0, saturated ones
    included.
    """
    proof = Proof(add)
    a, b, c = proof.unknown("a"), proof.unknown("b"), proof.unknown("c")
    (left, _), (right, _) = proof.call(add, a, b).results, proof.call(add, c, b).results
    proof.show(left <= right, add.name, a <= c)
    products = Products(signed=True)
    proof = Proof(mul, products=products)
    a, b, c = proof.unknown("a"), proof.unknown("b"), proof.unknown("c")
    (left, _), (right, _) = proof.call(mul, a, b).results, proof.call(mul, c, b).results
    # a <= c and b >= 0 give a b <= c b: a law of whole numbers
    proof.show(left <= right, mul.name, products.product(a, b) <= products.product(c, b))


def divided(products: Products, rest: Any, divisor: Any, quotient: Any, left: Any) -> Any:
    """rest * 65536 = quotient * divisor + left, with left < divisor and quotient < 65536."""
    exact = products.wide(rest) << 16 == products.product(quotient, divisor) + products.wide(left)
    return z3().And(exact, z3().ULT(left, divisor), z3().ULT(quotient, q48.ONE))


@claim(arithmetic.divide_rest)
def the_fraction_is_exact(divide_rest: Function) -> None:
    """For rest < divisor <= 2**63, rest * 65536 = quotient * divisor + remainder with remainder < divisor; the
    estimate of the wide case is at most one too high, and its remainder fits a signed number.
    """
    products = Products(signed=False)
    proof = Proof(divide_rest, products=products)
    rest, divisor = proof.unknown("rest"), proof.unknown("divisor")
    proof.executor.assume(z3().ULT(rest, divisor), z3().ULE(divisor, z3().BitVecVal(1 << 63, 64)))
    quotient, left = proof.call(divide_rest, rest, divisor).results
    # the wide case: e = rest / (divisor >> 16), e * divisor = (e * (divisor >> 16) << 16) + e * low bits
    top, bottom = z3().LShR(divisor, 16), divisor & 0xFFFF
    estimate, _ = products.division(rest, top)
    one, limit = z3().BitVecVal(1, 64), z3().BitVecVal(q48.ONE + 1, 64)
    products.law_split(estimate, divisor, 16)
    products.law_monotone(limit, top, estimate, top)
    products.law_monotone(estimate, bottom, z3().BitVecVal(q48.ONE, 64), z3().BitVecVal(0xFFFF, 64))
    next_product = products.law_successor(estimate - one, divisor)
    narrow, narrow_left = products.division(rest << 16, divisor)
    # a quotient of 65536 or more would make the product larger than rest * 65536
    for each in (narrow, estimate, estimate - one):
        products.law_monotone(z3().BitVecVal(q48.ONE, 64), divisor, each, divisor)
    proof.settle()
    proof.consistent(__name__)
    small = z3().ULT(divisor, z3().BitVecVal(arithmetic.SPLIT, 64))
    proof.show(divided(products, rest, divisor, narrow, narrow_left), "the narrow case", small)
    proof.show(z3().And(quotient == narrow, left == narrow_left), "the narrow case's results", small)
    large = z3().Not(small)
    # the true remainder of the estimate, in 128 bits: from -2**33 to the divisor, exclusively
    true = (products.wide(rest) << 16) - products.product(estimate, divisor)
    proof.step(z3().ULE(estimate, z3().BitVecVal(q48.ONE, 64)), "the estimate's size", large)
    proof.step(z3().And(true >= -(1 << 33), true < products.wide(divisor)), "its remainder", large)
    proof.step(true == wide(z3().Extract(63, 0, true)), "which fits a signed number", large)
    right = z3().And(true >= 0, quotient == estimate, products.wide(left) == true)
    lower = z3().And(
        true < 0, quotient == estimate - one, products.wide(left) == true + products.wide(divisor)
    )
    proof.step(z3().Or(right, lower), "the results of the wide case", large)
    proof.step(z3().Implies(true < 0, estimate != 0), "an estimate of zero is right", large)
    proof.show(divided(products, rest, divisor, estimate, left), "a right estimate", large, true >= 0)
    known = [
        large,
        true < 0,
        lower,
        next_product,
        estimate != 0,
        z3().ULE(estimate, z3().BitVecVal(q48.ONE, 64)),
    ]
    exact = divided(products, rest, divisor, estimate - one, left)
    proof.follows(
        exact, "a high estimate", *known, z3().And(true >= -(1 << 33), *proof.executor.assumptions[:2])
    )


@claim(q48.div)
def division_rounds_to_nearest_even(div: Function) -> None:
    """For b != 0 the value is a * 65536 / b rounded to nearest, ties to even, if that is in range; otherwise it
    is the bound on that side, and the flag is set. For b = 0 the flag is set, and the value is 0, or the bound on
    a's side.
    """
    products = Products(signed=False)
    ghosts: list[tuple[Any, Any]] = []

    def fraction(executor: Executor, arguments: Sequence[Any], condition: Any, memory: Memory) -> Called:
        """What `the_fraction_is_exact` promises, whose conditions must hold here."""
        rest, divisor = arguments
        promise = z3().And(z3().ULT(rest, divisor), z3().ULE(divisor, z3().BitVecVal(1 << 63, 64)))
        executor.require("the conditions of divide_rest", condition, promise)
        quotient, left = z3().BitVec("fraction", 64), z3().BitVec("left", 64)
        executor.assume(z3().Implies(promise, divided(products, rest, divisor, quotient, left)))
        ghosts.append((quotient, left))
        return (quotient, left), memory

    proof = Proof(div, products=products, contracts={arithmetic.divide_rest.name: fraction})
    a, b = proof.unknown("a"), proof.unknown("b")
    value, failed = proof.call(div, a, b).results
    proof.settle()
    proof.consistent(__name__)
    zero = z3().If(a == 0, 0, z3().If(a < 0, z3().BitVecVal(q48.MIN, 64), z3().BitVecVal(q48.MAX, 64)))
    proof.show(z3().And(value == zero, failed == 1), f"{div.name} by zero", b == 0)
    ((part, left),) = ghosts
    whole, _, size, divisor = products.divisions[0]
    sizes = z3().And(size == z3().If(a < 0, -a, a), divisor == z3().If(b < 0, -b, b))
    proof.show(sizes, f"{div.name}: what is divided", b != 0)
    # size * 65536 = (whole * 65536 + part) * divisor + left: so whole * 65536 + part is the quotient rounded down
    parts = (products.product(whole, divisor) << 16) + products.product(part, divisor) + products.wide(left)
    proof.show(products.wide(size) << 16 == parts, f"{div.name}: the quotient", b != 0)
    down = (products.wide(whole) << 16) + products.wide(part)
    double, unit = products.wide(left) * 2, products.wide(divisor)
    up = z3().Or(double > unit, z3().And(double == unit, down & 1 == 1))
    near = z3().If(up, down + 1, down)
    exact = z3().If((a < 0) == (b < 0), near, -near)
    bounds = z3().And(z3().ULT(left, divisor), z3().ULT(part, q48.ONE))
    proof.step(bounds, f"{div.name}: remainder and fraction", b != 0)
    limit = z3().BitVecVal(arithmetic.LARGEST_WHOLE, 64)
    large, negative = z3().UGT(whole, limit), (a < 0) != (b < 0)
    given = (b != 0, bounds, sizes, *proof.returned)
    for case in (large, z3().Not(large)):
        for sign in (negative, z3().Not(negative)):
            proof.follows(saturates(value, failed, exact), div.name, case, sign, *given)


def root_invariants(products: Products, n: Any, name: str) -> dict[tuple[str, int], Invariant]:
    """The loops of `integer_sqrt`: the root fits 32 bits, and once it is not too large it never becomes so."""
    limit = z3().BitVecVal(roots.LARGEST_ROOT, 64)

    def too_large(root: Any) -> Any:
        return z3().ULE(root, limit)

    def small_enough(root: Any) -> Any:
        products.law_square_of_successor(root)
        products.law_monotone(limit, limit, root, root)
        return z3().And(z3().ULE(root, limit), z3().ULE(products.product(root, root), products.wide(n)))

    return {
        (name, 0): Invariant(too_large, lambda root: root),
        (name, 1): Invariant(small_enough, lambda root: limit - root),
    }


@claim(roots.integer_sqrt)
def the_whole_root_is_the_floor(integer_sqrt: Function) -> None:
    """root**2 + rest = n with rest <= 2 root, so that root**2 <= n < (root + 1)**2: whatever is guessed, for
    every n. Both loops end.
    """
    products = Products(signed=False)
    n = z3().BitVec("n", 64)

    def guessed(executor: Executor, arguments: Sequence[Any], condition: Any, memory: Memory) -> Called:
        """All that is used of the guess: it fits 32 bits."""
        root = z3().BitVec("guess", 64)
        executor.assume(z3().ULE(root, z3().BitVecVal(roots.LARGEST_ROOT, 64)))
        return (root,), memory

    proof = Proof(
        integer_sqrt,
        products=products,
        contracts={roots.guess.name: guessed},
        invariants=root_invariants(products, n, integer_sqrt.name),
    )
    proof.shown["n"] = n
    root, rest = proof.call(integer_sqrt, n).results
    proof.settle()
    proof.consistent(__name__)
    square = products.product(root, root)
    exact = square + products.wide(rest) == products.wide(n)
    floor = z3().And(exact, z3().ULE(rest, 2 * root), z3().ULE(root, z3().BitVecVal(roots.LARGEST_ROOT, 64)))
    proof.show(floor, integer_sqrt.name)


@claim(roots.guess)
def the_guess_fits(guess: Function) -> None:
    """The guess is at most 2**32 - 1, and no divisor in it is zero."""
    products = Products(signed=False)
    proof = Proof(guess, products=products)
    n = proof.unknown("n")
    (found,) = proof.call(guess, n).results
    # by at least 2**31 a number below 2**64 is divided into less than 2**33, and by half of that into twice as much
    for (quotient, _, _, divisor), bits in zip(products.divisions, (31, 30), strict=True):
        products.law_monotone(
            z3().BitVecVal(1 << 64 - bits, 64), z3().BitVecVal(1 << bits, 64), quotient, divisor
        )
    proof.settle()
    proof.consistent(__name__)
    proof.show(z3().ULE(found, z3().BitVecVal(roots.LARGEST_ROOT, 64)), guess.name)


@claim(q48.sqrt)
def the_root_is_the_floor(sqrt: Function) -> None:
    """For x >= 0 the value is the greatest r with r**2 <= x * 65536; a negative x is flagged, with 0. The loop
    ends.
    """
    products = Products(signed=False)
    parts: list[tuple[Any, Any, Any]] = []
    turns: list[Any] = []  # what the loop's variable is: at first, at each turn, after it

    def whole_root(executor: Executor, arguments: Sequence[Any], condition: Any, memory: Memory) -> Called:
        """What `the_whole_root_is_the_floor` promises."""
        (n,) = arguments
        root, rest = (
            z3().FreshConst(z3().BitVecSort(64), "root"),
            z3().FreshConst(z3().BitVecSort(64), "rest"),
        )
        exact = products.product(root, root) + products.wide(rest) == products.wide(n)
        small = z3().ULE(root, z3().BitVecVal(roots.LARGEST_ROOT, 64))
        executor.assume(exact, z3().ULE(rest, 2 * root), small)
        parts.append((n, root, rest))
        return (root, rest), memory

    def turning(more: Any) -> Any:
        """One more than the present guess is too much."""
        root, rest = next((root, rest) for n, root, rest in parts if n.eq(x))
        turns.append(more)
        products.law_monotone(more, more, z3().BitVecVal(256, 64), z3().BitVecVal(256, 64))
        products.law_monotone(root, more, z3().BitVecVal(roots.LARGEST_ROOT, 64), z3().BitVecVal(256, 64))
        products.law_square_of_successor(more)
        products.law_scaled(root, more, 9)
        products.law_scaled(root, more + 1, 9)
        products.law_successor(more, root)
        return z3().And(z3().ULE(more, z3().BitVecVal(256, 64)), excess(products, root, rest, more + 1))

    invariants = {(sqrt.name, 0): Invariant(turning, lambda more: more)}
    proof = Proof(
        sqrt, products=products, contracts={roots.integer_sqrt.name: whole_root}, invariants=invariants
    )
    x = proof.shown["x"] = z3().BitVec("x", 64)
    one = z3().BitVecVal(1, 64)
    value, failed = proof.call(sqrt, x).results
    (n, small, _), (_, root, rest) = sorted(parts, key=lambda part: part[0].eq(x))
    start = products.division(rest << 7, root)[0]
    products.law_monotone(z3().BitVecVal(257, 64), root, start, root)
    products.law_monotone(z3().BitVecVal(1 << 23, 64), z3().BitVecVal(1 << 23, 64), root, root)
    proof.settle()
    proof.consistent(__name__)
    proof.show(z3().And(value == 0, failed == 1), f"{sqrt.name} of a negative number", x < 0)
    # the direct case: the root of x * 65536 itself
    direct = z3().And(x >= 0, x < roots.DIRECT)
    proof.show(z3().And(n == x << 16, value == small, failed == 0), f"{sqrt.name}, direct", direct)
    # the other case: (256 root + more)**2 <= x * 65536 < (256 root + more + 1)**2
    split = z3().And(x >= 0, x >= roots.DIRECT)
    more = turns[1]
    for each in (more, more + one):
        products.law_binomial(root, each, 8)
        products.law_scaled(root, each, 9)
    products.law_successor(more, root)
    products.law_square_of_successor(more)
    target = products.wide(x) << 16
    least = (root << 8) + more
    most = (root << 8) + (more + one)
    below = z3().ULE(products.product(least, least), target)
    above = z3().UGT(products.product(most, most), target)
    proof.show(z3().And(value == least, failed == 0), f"{sqrt.name}, split", split)
    proof.show(below, f"{sqrt.name}: not above the root", split)
    proof.show(above, f"{sqrt.name}: the next is above the root", split)


def excess(products: Products, root: Any, rest: Any, more: Any) -> Any:
    """(256 root + more)**2 > x * 65536, with the common 65536 root**2 taken off both sides."""
    left = products.product(more, more) + (products.product(root, more) << 9)
    return z3().UGT(left, products.wide(rest) << 16)
