"""Products and quotients of unknowns, abstracted: what bit-vectors of 64 bits cannot carry, in linear questions.

A product is an unknown of twice the width of its factors, of which little is known at first: its size, and that it is
zero with a factor. What a proof needs beyond that it asks for by name: the methods called *law* add instances of laws
of arithmetic, each true of all numbers. (`tests/ir/test_proofs.py` has Z3 prove every law of real products, at a width
where it can.) So whatever is proved of the unknown holds of the product.
"""

from __future__ import annotations

from typing import Any

from cupola.ir.operations.terms import widen, z3


class Products:
    """The products of one proof, signed or unsigned; `facts` is what is known of them."""

    def __init__(self, *, signed: bool) -> None:
        self.signed = signed
        self.facts: list[Any] = []
        self._products: dict[tuple[int, int], tuple[Any, Any, Any]] = {}
        self._divisions: dict[tuple[int, int], tuple[Any, ...]] = {}

    def wide(self, term: Any) -> Any:
        """The same number in twice the width."""
        return widen("s" if self.signed else "u", term, term.size())

    def product(self, left: Any, right: Any) -> Any:
        """left * right, of twice their width."""
        left, right = z3().simplify(left), z3().simplify(right)  # so that the same factors look the same
        key = (left.get_id(), right.get_id())
        found = self._products.get(key) or self._products.get(key[::-1])
        if found is None:
            known = z3().is_bv_value(left) or z3().is_bv_value(right)
            product = self.wide(left) * self.wide(right) if known else self._unknown(left, right)
            found = self._products[key] = (
                product,
                left,
                right,
            )  # factors are kept: an id is of a living term
        return found[0]

    def _unknown(self, left: Any, right: Any) -> Any:
        bits = left.size()
        product = z3().FreshConst(z3().BitVecSort(2 * bits), "product")
        self.facts += self.size(left, right, product)
        return product

    def size(self, left: Any, right: Any, product: Any) -> list[Any]:
        """What is known of every product."""
        bits = left.size()
        if self.signed:
            most = 1 << 2 * bits - 2
            return [product >= -most, product <= most]
        half = bits // 2
        small = z3().And(z3().LShR(left, half) == 0, z3().LShR(right, half) == 0)
        most = ((1 << bits) - 1) ** 2
        return [
            z3().ULE(product, z3().BitVecVal(most, 2 * bits)),
            z3().Implies(small, z3().LShR(product, bits) == 0),
            z3().Implies(z3().Or(left == 0, right == 0), product == 0),
        ]

    def division(self, left: Any, right: Any) -> tuple[Any, Any]:
        """Quotient and remainder of an unsigned division; of a division by zero nothing is known."""
        left, right = z3().simplify(left), z3().simplify(right)
        key = (left.get_id(), right.get_id())
        found = self._divisions.get(key)
        if found is None:
            quotient = z3().FreshConst(left.sort(), "quotient")
            rest = z3().FreshConst(left.sort(), "rest")
            found = self._divisions[key] = (quotient, rest, left, right)
            self.facts.append(self.divides(left, right, quotient, rest, self.product(quotient, right)))
        return found[0], found[1]

    @property
    def divisions(self) -> list[tuple[Any, ...]]:
        """Quotient, remainder, dividend and divisor of each division, in the order in which they were met."""
        return [*self._divisions.values()]

    def divides(self, left: Any, right: Any, quotient: Any, rest: Any, product: Any) -> Any:
        """left = quotient * right + rest, with rest < right."""
        exact = self.wide(left) == product + self.wide(rest)
        return z3().Implies(right != 0, z3().And(exact, z3().ULT(rest, right), z3().ULE(quotient, left)))

    # --- laws; all of unsigned numbers ---

    def law_monotone(self, x: Any, y: Any, u: Any, v: Any) -> Any:
        """x <= u and y <= v give x * y <= u * v."""
        return self._law(
            z3().Implies(
                z3().And(z3().ULE(x, u), z3().ULE(y, v)),
                z3().ULE(self.product(x, y), self.product(u, v)),
            )
        )

    def law_split(self, x: Any, y: Any, bits: int) -> Any:
        """x * y = (x * (y >> bits) << bits) + x * (the low bits of y)."""
        top = z3().LShR(y, bits)
        bottom = y & ((1 << bits) - 1)
        return self._law(self.product(x, y) == (self.product(x, top) << bits) + self.product(x, bottom))

    def law_successor(self, x: Any, y: Any) -> Any:
        """(x + 1) * y = x * y + y, if x + 1 does not wrap."""
        stays = x + 1 != 0
        return self._law(z3().Implies(stays, self.product(x + 1, y) == self.product(x, y) + self.wide(y)))

    def law_square_of_successor(self, x: Any) -> Any:
        """(x + 1)**2 = x**2 + 2 x + 1, if x + 1 does not wrap."""
        exact = self.product(x + 1, x + 1) == self.product(x, x) + 2 * self.wide(x) + 1
        return self._law(z3().Implies(x + 1 != 0, exact))

    def law_scaled(self, x: Any, y: Any, bits: int) -> Any:
        """(x << bits) * y = (x * y) << bits, if x << bits does not lose bits."""
        stays = z3().LShR(x << bits, bits) == x
        return self._law(z3().Implies(stays, self.product(x << bits, y) == self.product(x, y) << bits))

    def law_binomial(self, x: Any, y: Any, bits: int) -> Any:
        """(2**bits x + y)**2 = (x**2 << 2 bits) + (x y << bits + 1) + y**2, if the sum does not wrap."""
        total = (x << bits) + y
        stays = z3().And(z3().LShR(x << bits, bits) == x, z3().UGE(total, y))
        square = (self.product(x, x) << 2 * bits) + (self.product(x, y) << bits + 1) + self.product(y, y)
        return self._law(z3().Implies(stays, self.product(total, total) == square))

    def _law(self, fact: Any) -> Any:
        self.facts.append(fact)
        return fact
