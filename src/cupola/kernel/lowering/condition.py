"""Conditions: branching on truth with short circuits, and the expressions whose value comes from branches."""

from __future__ import annotations

import ast

from cupola.ir.core import Block, Constant
from cupola.ir.types import I1
from cupola.kernel import intrinsics
from cupola.kernel.function import CFunction, KernelFunction
from cupola.kernel.lowering.arithmetic import compare
from cupola.kernel.lowering.context import EXPRESSIONS, LIKELY, UNLIKELY, Expression, Lowering, Static, Typed
from cupola.kernel.lowering.conversion import default, operand, truth, unify
from cupola.kernel.types import boolean

WEIGHTS = {intrinsics.likely: LIKELY, intrinsics.unlikely: UNLIKELY}


def branch_on(f: Lowering, node: ast.expr, then: Block, otherwise: Block, weight: int | None = None) -> None:
    """Go to `then` if the condition holds, else to `otherwise`; a static condition leads to one of them
    only.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        branch_on(f, node.operand, otherwise, then, None if weight is None else LIKELY + UNLIKELY - weight)
    elif isinstance(node, ast.BoolOp):
        _branch_on_each(f, node, then, otherwise, weight)
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        _branch_on_chain(f, node, then, otherwise, weight)
    elif (expected := _expected(f, node)) is not None:
        branch_on(f, expected[0], then, otherwise, expected[1])
    else:
        _branch_on_value(f, node, operand(f, node), then, otherwise, weight)


def _expected(f: Lowering, node: ast.expr) -> tuple[ast.expr, int] | None:
    """The condition inside likely(...) or unlikely(...), and its weight."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return None
    callee = f.peek(node.func)
    if callee is not None:
        for marker, weight in WEIGHTS.items():
            if callee.value is marker:
                return node.args[0], weight
    return None


def _branch_on_value(
    f: Lowering, node: ast.expr, found: Static | Typed, then: Block, otherwise: Block, weight: int | None
) -> None:
    condition = truth(f, node, found).value
    if isinstance(condition, Constant):
        f.jump(then if condition.value else otherwise)
    else:
        f.branch(condition, then, otherwise, weight)


def _branch_on_each(f: Lowering, node: ast.BoolOp, then: Block, otherwise: Block, weight: int | None) -> None:
    """`and` and `or`: each operand is looked at only if those before did not decide."""
    both = isinstance(node.op, ast.And)
    for each in node.values[:-1]:
        next = f.new_block("and" if both else "or")
        if both:
            branch_on(f, each, next, otherwise, weight)
        else:
            branch_on(f, each, then, next, weight)
        if not f.enter(next):
            f.skips += 1
            return
    branch_on(f, node.values[-1], then, otherwise, weight)


def _branch_on_chain(
    f: Lowering, node: ast.Compare, then: Block, otherwise: Block, weight: int | None
) -> None:
    """`a < b < c`: b is computed once, c only if a < b."""
    left_node, left = node.left, operand(f, node.left)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = operand(f, right_node)
        link = compare(f, node, op, left_node, left, right_node, right)
        if right_node is node.comparators[-1]:
            _branch_on_value(f, node, link, then, otherwise, weight)
            return
        next = f.new_block("and")
        _branch_on_value(f, node, link, next, otherwise, weight)
        if not f.enter(next):
            f.skips += 1
            return
        left_node, left = right_node, right


def as_value(f: Lowering, node: ast.expr) -> Expression:
    """The truth value of a condition that is made of branches."""
    then, otherwise, after = f.new_block("true"), f.new_block("false"), f.new_block("after")
    branch_on(f, node, then, otherwise)
    if not f.variables.reached(otherwise):
        f.enter(then)
        return Static(True)
    if not f.enter(then):
        f.enter(otherwise)
        return Static(False)
    f.jump(after, Constant(I1, 1))
    f.enter(otherwise)
    f.jump(after, Constant(I1, 0))
    f.enter(after)
    return Typed(after.add_parameter(I1), boolean)


def lower_and_or(f: Lowering, node: ast.BoolOp) -> Expression:
    return as_value(f, node)


def lower_compare(f: Lowering, node: ast.Compare) -> Expression:
    if len(node.ops) > 1:
        return as_value(f, node)
    left, right = operand(f, node.left), operand(f, node.comparators[0])
    return compare(f, node, node.ops[0], node.left, left, node.comparators[0], right)


def lower_conditional(f: Lowering, node: ast.IfExp) -> Expression:
    """`a if condition else b`."""
    then, otherwise, after = f.new_block("then"), f.new_block("else"), f.new_block("after")
    branch_on(f, node.test, then, otherwise)
    if not f.variables.reached(otherwise):
        f.enter(then)
        return f.expression(node.body)
    if not f.enter(then):
        f.enter(otherwise)
        return f.expression(node.orelse)
    first = _arm(f, node.body)
    first_end = f.block
    f.enter(otherwise)
    second = _arm(f, node.orelse)
    a, b = unify(f, node, node.body, first, node.orelse, second, "choose between")
    f.jump(after, b.value)
    f.builder.block = first_end
    f.jump(after, a.value)
    f.enter(after)
    return Typed(after.add_parameter(a.type.ir), a.type)


def _arm(f: Lowering, node: ast.expr) -> Static | Typed:
    """One of the two values; what needs code to be made (an address) is made here, on its own path."""
    found = operand(f, node)
    if isinstance(found, Static) and isinstance(found.value, bytes | KernelFunction | CFunction):
        return default(f, node, found)
    return found


EXPRESSIONS.update({ast.BoolOp: lower_and_or, ast.Compare: lower_compare, ast.IfExp: lower_conditional})
