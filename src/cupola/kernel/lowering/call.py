"""Calls: of kernel functions, C functions, function pointers, casts, intrinsics; and leaves."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from cupola.ir.core import Result, Value
from cupola.kernel.function import CFunction, KernelFunction, Leave
from cupola.kernel.layout import RegistersType
from cupola.kernel.lowering.context import (
    CALLS,
    EXPRESSIONS,
    Expression,
    Lowering,
    Machine,
    Several,
    Static,
    Typed,
)
from cupola.kernel.lowering.conversion import cast, coerce, operand, single
from cupola.kernel.lowering.report import describe
from cupola.kernel.types import BoolType, FloatType, FunctionType, IntegerType, KernelType, boolean

MISTAKEN = {
    int: "cast with i64(x), or another width",
    float: "cast with f64(x)",
    divmod: "write a // b and a % b",
    pow: "multiply, or shift",
    round: "use floor(x + 0.5), or trunc(x)",
    print: "call a C function, or return the value",
    sum: "write a loop",
    isinstance: "types are known when the function is lowered",
}


def lower_call(f: Lowering, node: ast.Call) -> Expression:
    f.check_arguments(node)
    callee = f.expression(node.func)
    if isinstance(callee, Typed) and isinstance(callee.type, FunctionType):
        return _call_pointer(f, node, callee.value, callee.type)
    if not isinstance(callee, Static):
        kind = callee.type if isinstance(callee, Typed | Machine) else "several values"
        raise f.error(node.func, f"{f.text(node.func)!r} is not a function", found=f"{kind}")
    return _call_static(f, node, callee.value)


def _call_static(f: Lowering, node: ast.Call, callee: Any) -> Expression:
    if isinstance(callee, KernelFunction):
        return _call_kernel(f, node, callee)
    if isinstance(callee, CFunction):
        return _call_c(f, node, callee)
    if callee is bool:
        callee = boolean
    if isinstance(callee, IntegerType | FloatType | BoolType):
        check_count(f, node, 1)
        return cast(f, node.args[0], operand(f, node.args[0]), callee)
    if isinstance(callee, Leave):
        raise f.error(
            node, f"{callee.name!r} ends the function here", help="write it as a statement of its own"
        )
    lower = CALLS.get(callee) if _hashable(callee) else None
    if lower is not None:
        return lower(f, node)
    if _hashable(callee) and callee in MISTAKEN:
        raise f.error(node, f"{f.text(node.func)} is not for kernel code", help=MISTAKEN[callee])
    bound = _static_method(f, node, callee)
    if bound is not None:
        return bound
    raise f.error(
        node.func,
        f"{f.text(node.func)!r} cannot be called in kernel code",
        expected="a kernel function, a C function, a function pointer, a type or an intrinsic",
        found=describe(callee),
        help="a plain Python function can become one with @kernel" if callable(callee) else "",
    )


def _hashable(value: object) -> bool:
    return type(value).__hash__ is not None


def _static_method(f: Lowering, node: ast.Call, callee: Any) -> Static | None:
    """`table.items()` and its like: methods of static containers, run now."""
    owner = getattr(callee, "__self__", None)
    if not isinstance(owner, dict | tuple | list | bytes) or callee.__name__ not in (
        "items",
        "keys",
        "values",
        "index",
        "get",
        "count",
        "find",
    ):
        return None
    arguments = [operand(f, each) for each in node.args]
    if not all(isinstance(each, Static) for each in arguments):
        return None
    try:
        return Static(callee(*(each.value for each in arguments if isinstance(each, Static))))
    except (TypeError, ValueError, LookupError) as error:
        raise f.error(node, f"{type(error).__name__}: {error}") from None


def check_count(f: Lowering, node: ast.Call, wanted: int) -> None:
    """The number of arguments; raises KernelError."""
    if len(node.args) != wanted:
        raise f.error(
            node,
            f"{f.text(node.func)} takes {wanted} argument{'' if wanted == 1 else 's'}",
            expected=f"{wanted}",
            found=f"{len(node.args)}",
        )


def _results(found: Sequence[Result], types: Sequence[KernelType]) -> Expression:
    typed = [Typed(value, type) for value, type in zip(found, types, strict=True)]
    return typed[0] if len(typed) == 1 else Several(list(typed))


def _call_kernel(f: Lowering, node: ast.Call, callee: KernelFunction[Any, Any]) -> Expression:
    signature = callee.signature
    check_count(f, node, len(signature.parameters))
    passed: list[Value] = []
    for argument, (name, type) in zip(node.args, signature.parameters, strict=True):
        if isinstance(type, RegistersType):
            _check_registers(f, argument, type)
            passed += f.register_values(argument)
        else:
            passed.append(_argument(f, argument, type, name))
    types = signature.ir_results()
    found = f.builder.call(f.need(callee), passed, [each.ir for each in types])
    count = len(signature.results)
    if signature.registers is not None and f.machine is not None:
        for field, value in zip(signature.registers.fields, found[count:], strict=True):
            f.variables.write(f.block, f"{f.machine.name}.{field}", value)
    return _results(found[:count], types[:count])


def _check_registers(f: Lowering, argument: ast.expr, wanted: RegistersType) -> None:
    found = f.expression(argument)
    if not isinstance(found, Machine):
        kind = found.type if isinstance(found, Typed) else "another value"
        raise f.error(
            argument,
            f"this argument must be the registers {wanted}",
            expected=f"{wanted}",
            found=f"{kind}",
            help=f"take them as a parameter of this function: m: {wanted}",
        )
    if found.type is not wanted:
        raise f.error(argument, "these are other registers", expected=f"{wanted}", found=f"{found.type}")


def _argument(f: Lowering, node: ast.expr, type: KernelType, name: str) -> Value:
    return coerce(f, node, operand(f, node), type, f"argument {name!r}").value


def _call_c(f: Lowering, node: ast.Call, callee: CFunction) -> Expression:
    check_count(f, node, len(callee.parameters))
    passed = [
        _argument(f, argument, type, str(place))
        for place, (argument, type) in enumerate(zip(node.args, callee.parameters, strict=True), 1)
    ]
    found = f.builder.call(f.need_c(callee, node), passed, [each.ir for each in callee.results])
    return _results(found, callee.results)


def _call_pointer(f: Lowering, node: ast.Call, pointer: Value, type: FunctionType) -> Expression:
    if type.parameters is None:
        raise f.error(
            node.func,
            "a function of an unknown signature can only be passed on",
            expected="Function[[i64], i64]",
            found=f"{type}",
            help="write its parameters and result in its type",
        )
    check_count(f, node, len(type.parameters))
    passed = [
        _argument(f, argument, each, str(place))
        for place, (argument, each) in enumerate(zip(node.args, type.parameters, strict=True), 1)
    ]
    found = f.builder.call_indirect(pointer, passed, [each.ir for each in type.results])
    return _results(found, type.results)


def lower_leave(f: Lowering, node: ast.Call, leave: Leave) -> None:
    """End the block by leaving: with the arguments, then every field of the registers."""
    check_count(f, node, len(leave.parameters))
    passed = [
        coerce(f, argument, single(f, argument, f.expression(argument)), type, f"argument {place}").value
        for place, (argument, type) in enumerate(zip(node.args, leave.parameters, strict=True), 1)
    ]
    f.builder.end("leave", [*passed, *f.register_values(node)], symbol=leave.name)


EXPRESSIONS[ast.Call] = lower_call
