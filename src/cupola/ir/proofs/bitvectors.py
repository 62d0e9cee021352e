"""The reading of operations: integers are bit-vectors, as the operation table says (see `ir/semantics`).

A value is a Python number, in the evaluator's form, if it is known, and a term otherwise. With `products`, what
bit-vectors cannot carry is abstracted: see `products`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cupola.ir import semantics
from cupola.ir.operation import Operation
from cupola.ir.operations.terms import high, low, z3
from cupola.ir.proofs.products import Products
from cupola.ir.types import Type


class BitVectors:
    """Terms of bit-vectors, one sort for each type."""

    def __init__(self, products: Products | None = None) -> None:
        self.products = products
        self.facts: list[Any] = products.facts if products is not None else []

    def fresh(self, type: Type, name: str) -> Any:
        """A new unknown."""
        return z3().FreshConst(z3().BitVecSort(type.bits), name)

    def term(self, type: Type, value: Any) -> Any:
        """The value as a term of its type."""
        return semantics.constant(type, value) if isinstance(value, int | float) else value

    def truth(self, value: Any) -> Any:
        """An i1 as a condition: a bool if it is known."""
        if isinstance(value, int):
            return bool(value)
        if z3().is_app_of(value, z3().Z3_OP_ITE):
            condition, yes, no = value.children()
            if z3().is_bv_value(yes) and z3().is_bv_value(no):
                if (yes.as_long(), no.as_long()) == (1, 0):
                    return condition
                if (yes.as_long(), no.as_long()) == (0, 1):
                    return z3().Not(condition)
        return value == 1

    def equal(self, type: Type, left: Any, right: Any) -> Any:
        """The condition that two values of a type are the same."""
        if isinstance(left, int) and isinstance(right, int):
            return left == right
        return self.term(type, left) == self.term(type, right)

    def choose(self, type: Type, condition: Any, left: Any, right: Any) -> Any:
        """`left` where the condition holds, else `right`."""
        if left is right or (isinstance(left, int) and isinstance(right, int) and left == right):
            return left
        return z3().If(condition, self.term(type, left), self.term(type, right))

    def apply(
        self,
        operation: Operation,
        bindings: Mapping[str, Type],
        types: Sequence[Type],
        operands: Sequence[Any],
    ) -> tuple[Any, ...]:
        """The results of an operation."""
        known = operation.evaluate is not None and all(isinstance(each, int | float) for each in operands)
        if known and (operation.defined is None or operation.defined(bindings, *operands)):
            assert operation.evaluate is not None
            outcome = operation.evaluate(bindings, *operands)
            return outcome if isinstance(outcome, tuple) else (outcome,)
        terms = [self.term(type, each) for type, each in zip(types, operands, strict=True)]
        found = self.abstracted(operation, terms)
        if found is None:
            found = semantics.apply(operation, bindings, terms)
        return tuple(_known(each) for each in found)

    def abstracted(self, operation: Operation, terms: Sequence[Any]) -> tuple[Any, ...] | None:
        """The results of a multiplication or division that is to be abstracted; None for any other."""
        if self.products is None or operation.name not in ("mul", "mul_high_s", "mul_high_u", "udiv", "urem"):
            return None
        left, right = terms
        if any(z3().is_bv_value(each) for each in terms) and operation.name == "mul":
            return None
        if z3().is_bv_value(right):
            return None
        if operation.name in ("udiv", "urem"):
            return (self.products.division(left, right)[operation.name == "urem"],)
        signed = self.products.signed
        if (operation.name == "mul_high_s") is not signed and operation.name != "mul":
            raise TypeError(f"{operation.name} needs products with signed={not signed}")
        product = self.products.product(left, right)
        return ((low if operation.name == "mul" else high)(product, left.size()),)

    def defined(
        self,
        operation: Operation,
        bindings: Mapping[str, Type],
        types: Sequence[Type],
        operands: Sequence[Any],
    ) -> Any:
        """The condition under which the operation has a meaning."""
        if operation.z3_defined is None:
            return True
        terms = [self.term(type, each) for type, each in zip(types, operands, strict=True)]
        return semantics.is_defined(operation, bindings, terms)


def _known(term: Any) -> Any:
    """A number if the term is one as it stands."""
    return term.as_long() if z3().is_bv_value(term) else term
