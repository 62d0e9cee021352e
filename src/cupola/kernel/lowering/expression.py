"""Small expressions: literals, names, tuples."""

from __future__ import annotations

import ast

from cupola.kernel.lowering.context import EXPRESSIONS, Expression, Lowering, Several, Static
from cupola.kernel.lowering.conversion import operand


def lower_constant(f: Lowering, node: ast.Constant) -> Expression:
    if isinstance(node.value, complex) or node.value is Ellipsis:
        raise f.error(node, f"kernel code cannot contain {node.value!r}")
    return Static(node.value)


def lower_name(f: Lowering, node: ast.Name) -> Expression:
    return f.name(node)


def lower_tuple(f: Lowering, node: ast.Tuple) -> Expression:
    """A display: static if all elements are."""
    items = [operand(f, each) for each in node.elts]
    if all(isinstance(each, Static) for each in items):
        return Static(tuple(each.value for each in items if isinstance(each, Static)))
    return Several(items)


EXPRESSIONS.update({ast.Constant: lower_constant, ast.Name: lower_name, ast.Tuple: lower_tuple})
