"""Operators: arithmetic, comparisons, `and`, `or`, `not`, concatenation."""

from __future__ import annotations

from cupola.languages.lua.front.emitting import LINE, NAME, PLACE, B, C, joined
from cupola.languages.lua.front.expression import (
    CONSTANT,
    JUMP,
    REGISTER,
    RELOCATABLE,
    Draft,
    Expression,
    Jumps,
)
from cupola.languages.lua.front.folding import fold, fold_unary
from cupola.languages.lua.front.values import Values

ARITHMETIC, CONCAT, EQUALITY, ORDER, AND, OR = range(6)


class Operator:
    """How tightly a binary operator binds to its left and right, and what becomes of it."""

    __slots__ = ("family", "left", "name", "right", "swapped")

    def __init__(self, left: int, right: int, family: int, name: str, swapped: str = "") -> None:
        self.left = left
        self.right = right
        self.family = family
        self.name = name
        self.swapped = swapped


BINARY = {
    "or": Operator(1, 1, OR, "or"),
    "and": Operator(2, 2, AND, "and"),
    "<": Operator(3, 3, ORDER, "if_less", "if_greater_i"),
    ">": Operator(3, 3, ORDER, "if_greater", "if_less_i"),
    "<=": Operator(3, 3, ORDER, "if_less_equal", "if_greater_equal_i"),
    ">=": Operator(3, 3, ORDER, "if_greater_equal", "if_less_equal_i"),
    "~=": Operator(3, 3, EQUALITY, "if_not_equal"),
    "==": Operator(3, 3, EQUALITY, "if_equal"),
    "|": Operator(4, 4, ARITHMETIC, "bor"),
    "~": Operator(5, 5, ARITHMETIC, "bxor"),
    "&": Operator(6, 6, ARITHMETIC, "band"),
    "<<": Operator(7, 7, ARITHMETIC, "shl"),
    ">>": Operator(7, 7, ARITHMETIC, "shr"),
    "..": Operator(9, 8, CONCAT, "concat"),
    "+": Operator(10, 10, ARITHMETIC, "add"),
    "-": Operator(10, 10, ARITHMETIC, "sub"),
    "*": Operator(11, 11, ARITHMETIC, "mul"),
    "/": Operator(11, 11, ARITHMETIC, "div"),
    "//": Operator(11, 11, ARITHMETIC, "idiv"),
    "%": Operator(11, 11, ARITHMETIC, "mod"),
    "^": Operator(14, 13, ARITHMETIC, "pow"),
}
UNARY = {"-": "unm", "not": "not", "#": "len", "~": "bnot"}
UNARY_PRIORITY = 12

TURNED = frozenset(("add", "sub", "mul", "div"))  # that take a constant as their left operand too
LONGEST_COMPARED = 40  # bytes of a string that `if_equal_k` can tell: longer ones are not interned

# No instruction compares for "greater": the operands change places.
MIRRORED = {"if_greater": "if_less", "if_greater_equal": "if_less_equal"}
LEAST_SMALL, MOST_SMALL = -32768, 32767


def is_number(e: Expression) -> bool:
    """Tell whether `e` is a numeral and nothing else."""
    return e.kind == CONSTANT and (type(e.k) is int or type(e.k) is float) and not e.true and not e.false


def is_small(e: Expression) -> bool:
    """Tell whether `e` is an integer that fits into an operand."""
    return (
        e.kind == CONSTANT
        and type(e.k) is int
        and LEAST_SMALL <= e.k <= MOST_SMALL
        and not e.true
        and not e.false
    )


class Operators(Values):
    """Emits operators, and jumps that depend on conditions."""

    def jump_on(self, e: Expression, condition: bool) -> Jumps:
        """Jump if `e` is `condition`, and keep a place to bring its value to the target."""
        if e.kind == RELOCATABLE:
            draft: Draft = e.a
            if draft[NAME] == "not" and self.code[-1] is draft:
                self.code.pop()
                self.emit("if_false" if condition else "if_true", draft[B])
                return [len(self.code) - 1]
        if e.kind != REGISTER:
            self.free += 1
            self.need(self.free)
            self.discharge_to(e, self.free - 1)
        self.release_expression(e)
        self.emit(PLACE, 0, e.a)
        self.emit("if_true" if condition else "if_false", e.a)
        return [len(self.code) - 1]

    def jump_with_constant(self, e: Expression) -> Jumps:
        """Jump in any case, with a constant."""
        if self.unreachable():
            return None
        self.emit(PLACE, 0, -1, 0, e.k)
        self.emit("jump")
        return [len(self.code) - 1]

    def go_if_true(self, e: Expression) -> None:
        """Go on if `e` is true: jumps out of it, taken if it is false, are left in `e.false`."""
        self.discharge(e)
        jumps: Jumps
        if e.kind == JUMP:
            self.negate(e.a)
            jumps = [e.a]
        elif e.kind == CONSTANT:
            jumps = self.jump_with_constant(e) if e.k is None or e.k is False else None
        else:
            jumps = self.jump_on(e, False)
        e.false = joined(e.false, jumps)
        self.patch_here(e.true)
        e.true = None

    def go_if_false(self, e: Expression) -> None:
        """Go on if `e` is false: jumps out of it, taken if it is true, are left in `e.true`."""
        self.discharge(e)
        jumps: Jumps
        if e.kind == JUMP:
            jumps = [e.a]
        elif e.kind == CONSTANT:
            jumps = None if e.k is None or e.k is False else self.jump_with_constant(e)
        else:
            jumps = self.jump_on(e, True)
        e.true = joined(e.true, jumps)
        self.patch_here(e.false)
        e.false = None

    def negation(self, e: Expression) -> None:
        """Make `not e` of `e`."""
        self.discharge(e)
        if e.kind == CONSTANT:
            e.k = e.k is None or e.k is False
        elif e.kind == JUMP:
            self.negate(e.a)
        else:
            register = self.any_plain_register(e)
            self.release_expression(e)
            e.a = self.emit("not", 0, register)
            e.kind = RELOCATABLE
        e.true, e.false = e.false, e.true
        self.forget_values(e.true)
        self.forget_values(e.false)

    def any_plain_register(self, e: Expression) -> int:
        """Put the value that `e` has if no jump out of it is taken into some register, and return that."""
        if e.kind != REGISTER:
            self.reserve(1)
            self.discharge_to(e, self.free - 1)
        register: int = e.a
        return register

    def prefix(self, name: str, e: Expression, line: int) -> None:
        """Apply a unary operator."""
        if name == "not":
            self.negation(e)
            return
        self.discharge(e)
        if is_number(e):
            folded = fold_unary(name, e.k)
            if folded is not None:
                e.k = folded
                return
        register = self.any_register(e)
        self.release_expression(e)
        e.a = self.emit(name, 0, register)
        e.a[LINE] = line
        e.kind = RELOCATABLE

    def infix(self, operator: Operator, e: Expression) -> None:
        """Prepare the left operand, before the right one is read."""
        family = operator.family
        if family == AND:
            self.go_if_true(e)
        elif family == OR:
            self.go_if_false(e)
        elif family == CONCAT:
            self.next_register(e)
        else:
            self.discharge(e)
            plain = e.kind == CONSTANT and not e.true and not e.false
            if not plain or (family != EQUALITY and type(e.k) is not int and type(e.k) is not float):
                self.any_register(e)

    def postfix(self, operator: Operator, left: Expression, right: Expression, line: int) -> None:
        """Apply a binary operator; the result is in `left`."""
        family = operator.family
        self.discharge(right)
        if family == ARITHMETIC:
            self.arithmetic(operator.name, left, right, line)
        elif family == AND:
            right.false = joined(right.false, left.false)
            left.become(right)
        elif family == OR:
            right.true = joined(right.true, left.true)
            left.become(right)
        elif family == CONCAT:
            self.concatenation(left, right, line)
        elif family == EQUALITY:
            self.equality(operator.name, left, right)
        else:
            self.order(operator, left, right)

    def arithmetic(self, name: str, left: Expression, right: Expression, line: int) -> None:
        """Emit an operation on two values, or fold it."""
        if is_number(right):
            if left.kind == CONSTANT:
                folded = fold(name, left.k, right.k)
                if folded is not None:
                    left.k = folded
                    return
                self.any_register(left)
            self.release_expression(left)
            draft = self.emit(name + "_k", 0, left.a, 0, right.k)
        elif is_number(left) and name in TURNED:
            self.any_register(right)
            self.release_expression(right)
            draft = self.emit(name + "_k", 0, right.a, 1, left.k)
        else:
            second = self.any_register(right)
            first = self.any_register(left)
            self.release_operands(left, right)
            draft = self.emit(name, 0, first, second)
        draft[LINE] = line
        left.kind, left.a = RELOCATABLE, draft

    def release_operands(self, left: Expression, right: Expression) -> None:
        """Give back the registers of two operands, the higher one first."""
        if left.a > right.a:
            self.release_expression(left)
            self.release_expression(right)
        else:
            self.release_expression(right)
            self.release_expression(left)

    def concatenation(self, left: Expression, right: Expression, line: int) -> None:
        """Emit a concatenation; one with another at its right becomes one with more operands."""
        if right.kind == RELOCATABLE and not right.true and not right.false:
            draft: Draft = right.a
            if draft[NAME] == "concat" and draft is self.code[-1] and draft[B] == left.a + 1:
                self.release_expression(left)
                draft[B] -= 1
                draft[C] += 1
                draft[LINE] = line
                left.kind, left.a = RELOCATABLE, draft
                return
        self.next_register(right)
        self.release_operands(left, right)
        draft = self.emit("concat", 0, left.a, 2)
        draft[LINE] = line
        left.kind, left.a = RELOCATABLE, draft

    def compare(self, left: Expression, name: str, a: int, b: int, k: object = None) -> None:
        """Emit a comparison that jumps if it holds."""
        self.emit(name, a, b, 0, k)
        left.kind, left.a = JUMP, len(self.code) - 1

    def equality(self, name: str, left: Expression, right: Expression) -> None:
        """Emit `==` or `~=`, which ask nobody about constants."""
        if left.kind == CONSTANT:
            first, second = right, left
        else:
            first, second = left, right
        self.any_register(first)
        if second.kind == CONSTANT and not second.true and not second.false and is_comparable(second.k):
            self.release_expression(first)
            self.compare(left, name + "_k", first.a, 0, second.k)
            return
        self.any_register(second)
        self.release_operands(left, right)
        self.compare(left, name, left.a, right.a)

    def order(self, operator: Operator, left: Expression, right: Expression) -> None:
        """Emit `<` and its like."""
        if is_small(right):
            self.any_register(left)
            self.release_expression(left)
            self.compare(left, operator.name + "_i", left.a, right.k)
            return
        if is_small(left):
            self.any_register(right)
            self.release_expression(right)
            self.compare(left, operator.swapped, right.a, left.k)
            return
        second = self.any_register(right)
        first = self.any_register(left)
        self.release_operands(left, right)
        mirrored = MIRRORED.get(operator.name)
        if mirrored:
            self.compare(left, mirrored, second, first)
        else:
            self.compare(left, operator.name, first, second)


def is_comparable(constant: object) -> bool:
    """Whether `if_equal_k` can tell: not for NaN, which equals nothing, nor for strings that are not interned."""
    return constant == constant and not (isinstance(constant, bytes) and len(constant) > LONGEST_COMPARED)
