"""Lowers one kernel function. Importing this module fills the tables of `context`."""

from __future__ import annotations

import ast
from typing import Any

from cupola.ir.core import Function, Location
from cupola.ir.verifier import verify
from cupola.kernel.errors import KernelError
from cupola.kernel.function import KernelFunction, References
from cupola.kernel.layout import RegistersType
from cupola.kernel.lowering import (
    arithmetic,
    call,
    condition,
    expression,
    intrinsic,
    intrinsic_memory,
    loop,
    memory,
    statement,
)
from cupola.kernel.lowering.context import Lowering, Machine
from cupola.kernel.lowering.ssa import Unassigned, merge_blocks, remove_trivial_parameters
from cupola.kernel.lowering.statement import lower_return_values
from cupola.kernel.source import NoSource, code_of, function_node

FAMILIES = (arithmetic, call, condition, expression, intrinsic, intrinsic_memory, loop, memory, statement)


def lower_function(kernel: KernelFunction[Any, Any]) -> tuple[Function, References]:
    """The function in IR, verified, and what it refers to; raises KernelError."""
    try:
        node = function_node(kernel.function)
    except NoSource as error:
        raise KernelError(str(error), function=kernel.__name__) from None
    signature = kernel.signature
    target = Function(
        kernel.name,
        [(name, type.ir) for name, type in signature.ir_parameters()],
        [type.ir for type in signature.ir_results()],
        marks=kernel.marks,
        location=Location(code_of(kernel.function).co_filename, node.lineno, node.col_offset + 1),
    )
    f = Lowering(kernel, node, target)
    _bind_parameters(f)
    try:
        f.statements(_body(node))
        _end(f, node)
    except Unassigned as error:
        raise _unassigned(f, error) from None
    target.entry.instructions[:0] = f.slots.instructions
    remove_trivial_parameters(target)
    merge_blocks(target)
    verify(target)
    return target, References(tuple(f.functions), tuple(f.c_functions.values()), f.data)


def _bind_parameters(f: Lowering) -> None:
    values = iter(f.target.parameters)
    for name, type in f.kernel.signature.parameters:
        if isinstance(type, RegistersType):
            f.machine = Machine(name, type)
            for field in type.fields:
                f.variables.write(f.block, f"{name}.{field}", next(values))
        else:
            f.types[name] = type
            f.first_lines[name] = f.node.lineno
            f.variables.write(f.block, name, next(values))


def _body(node: ast.FunctionDef) -> list[ast.stmt]:
    """The statements without the docstring."""
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return node.body[1:]
    return node.body


def _end(f: Lowering, node: ast.FunctionDef) -> None:
    """What happens after the last statement."""
    if f.dead:
        return
    results = f.kernel.signature.results
    if results:
        raise f.error(
            node.body[-1],
            f"{node.name!r} can end here without a return",
            expected=f"a return of {', '.join(each.name for each in results)} on every path",
            help="return a value; or, if control never comes here, write `assert False`",
        )
    f.builder.location = f.location(node.body[-1])
    lower_return_values(f, node, [])


def _unassigned(f: Lowering, error: Unassigned) -> KernelError:
    return f.error(
        error.node,
        f"{error.name!r} is not assigned on every path to here",
        help="assign it before the branch or the loop; undefined(T) is a value for paths that do not matter",
    )
