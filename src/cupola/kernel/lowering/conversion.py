"""From one type to another: literals that adapt, casts, the common type of two operands, truth."""

from __future__ import annotations

import ast

from cupola.ir.core import Constant
from cupola.ir.types import F64, I64
from cupola.kernel.function import CFunction, KernelFunction, pointer_type_of
from cupola.kernel.lowering.context import Expression, Lowering, Machine, Several, Static, Typed
from cupola.kernel.lowering.report import describe
from cupola.kernel.types import (
    BoolType,
    FloatType,
    Function,
    FunctionType,
    IntegerType,
    KernelType,
    PointerType,
    boolean,
    f64,
    i64,
    pointer_to,
    u8,
)

BYTES = pointer_to(u8)


def single(f: Lowering, node: ast.expr, found: Expression) -> Static | Typed:
    """The one value of an expression."""
    if isinstance(found, Static | Typed):
        return found
    if isinstance(found, Machine):
        raise f.error(
            node,
            f"{found.name!r} is a bundle of registers, not one value",
            help=f"pass it on, or name a field: {found.name}.{next(iter(found.type.fields))}",
        )
    if not found.items:
        raise f.error(node, "this call has no result", expected="one value", found="none")
    raise f.error(
        node,
        f"one value is wanted here, and this gives {len(found.items)}",
        help="take them apart first: " + ", ".join("abcdefgh"[: len(found.items)]) + f" = {f.text(node)}",
    )


def operand(f: Lowering, node: ast.expr) -> Static | Typed:
    """Lower an expression that has one value."""
    return single(f, node, f.expression(node))


def value(f: Lowering, node: ast.expr, wanted: KernelType, what: str) -> Typed:
    """Lower an expression of a known type; `what` it is for, in an error."""
    return coerce(f, node, operand(f, node), wanted, what)


def default(f: Lowering, node: ast.expr, found: Static | Typed) -> Typed:
    """A value of its own type; a static number that nothing gives a type becomes bool, i64 or f64."""
    if isinstance(found, Typed):
        return found
    static = found.value
    if isinstance(static, bool):
        return coerce(f, node, found, boolean, "this")
    if isinstance(static, int):
        return coerce(f, node, found, i64, "this")
    if isinstance(static, float):
        return coerce(f, node, found, f64, "this")
    if isinstance(static, bytes):
        return coerce(f, node, found, BYTES, "this")
    if isinstance(static, KernelFunction | CFunction):
        return coerce(f, node, found, pointer_type_of(static) or Function, "this")
    raise f.error(
        node,
        f"{describe(static)} has no value when the function runs",
        expected="a number, a bool, bytes, a pointer or a function",
        help="kernel code can only compute with such a value while it is lowered",
    )


def coerce(f: Lowering, node: ast.expr, found: Static | Typed, wanted: KernelType, what: str) -> Typed:
    """The value as a `wanted`: of that type already, or a static value that adapts."""
    if isinstance(found, Typed):
        if found.type is wanted or _same_function(found.type, wanted):
            return found
        raise f.error(
            node,
            f"{what} must be {wanted}, and this is {found.type}",
            expected=f"{wanted}",
            found=f"{found.type}",
            help=f.cast_help(found.type, wanted, f.text(node)),
        )
    static = found.value
    if isinstance(wanted, BoolType) and isinstance(static, bool):
        return f.constant(wanted, static)
    if isinstance(wanted, IntegerType) and isinstance(static, int) and not isinstance(static, bool):
        if not wanted.low <= static <= wanted.high:
            raise f.error(
                node,
                f"{static} does not fit {wanted}",
                expected=f"{wanted.low} to {wanted.high}",
                found=f"{static}",
                help=f"use a wider type, or wrap it on purpose: {wanted}({f.text(node)})",
            )
        return f.constant(wanted, static)
    if isinstance(wanted, FloatType) and isinstance(static, int | float) and not isinstance(static, bool):
        if isinstance(static, int) and (abs(static) >= 1 << 1023 or int(float(static)) != static):
            raise f.error(
                node, f"the integer {static} is not exactly a {wanted}", help=f"write it as {float(static)!r}"
            )
        return f.constant(wanted, wanted(static) if isinstance(wanted, FloatType) else static)
    if wanted is BYTES and isinstance(static, bytes):
        return Typed(f.need_data(static), BYTES)
    if isinstance(wanted, FunctionType) and isinstance(static, KernelFunction | CFunction):
        return _function_address(f, node, static, wanted)
    raise f.error(
        node,
        f"{what} must be {wanted}, and this is {describe(static)}",
        expected=f"{wanted}",
        found=describe(static),
        help=_literal_help(static, wanted),
    )


def _literal_help(static: object, wanted: KernelType) -> str:
    if isinstance(static, bool) and isinstance(wanted, IntegerType):
        return f"write {int(static)}"
    if isinstance(static, float) and isinstance(wanted, IntegerType):
        return f"cast it: {wanted}({static!r})"
    if isinstance(static, int) and isinstance(wanted, PointerType):
        return f"make a pointer: pointer({wanted}, {static!r}), or null({wanted})"
    if static is None and isinstance(wanted, PointerType):
        return f"the pointer to nowhere is null({wanted})"
    if isinstance(static, int) and isinstance(wanted, BoolType):
        return "write True or False"
    return ""


def _same_function(found: KernelType, wanted: KernelType) -> bool:
    """Any function's address will do where only `Function` is asked for."""
    return wanted is Function and isinstance(found, FunctionType)


def _function_address(
    f: Lowering, node: ast.expr, static: KernelFunction[..., object] | CFunction, wanted: FunctionType
) -> Typed:
    type = pointer_type_of(static)
    if wanted is not Function and type is not wanted:
        raise f.error(
            node,
            f"{static!r} does not have the signature that is wanted",
            expected=f"{wanted}",
            found=f"{type}"
            if type
            else "a function with registers, which can only be passed on as `Function`",
        )
    name = f.need(static) if isinstance(static, KernelFunction) else f.need_c(static, node)
    return Typed(f.builder.value("symbol", symbol=name), wanted)


def pair(f: Lowering, node: ast.expr, left: ast.expr, right: ast.expr, what: str) -> tuple[Typed, Typed]:
    """Two operands of one type: `what` (add, compare ...) is for the error."""
    return unify(f, node, left, operand(f, left), right, operand(f, right), what)


def unify(
    f: Lowering,
    node: ast.expr | ast.stmt,
    left_node: ast.expr,
    left: Static | Typed,
    right_node: ast.expr,
    right: Static | Typed,
    what: str,
) -> tuple[Typed, Typed]:
    """The two values in one type: a static one adapts to the other."""
    if (
        isinstance(left, Static)
        and isinstance(right, Static)
        and isinstance(left.value, float) != isinstance(right.value, float)
    ):
        wanted: KernelType = f64
        return coerce(f, left_node, left, wanted, what), coerce(f, right_node, right, wanted, what)
    if isinstance(left, Static):
        typed = default(f, right_node, right)
        return coerce(f, left_node, left, typed.type, f"what is combined with {typed.type}"), typed
    if isinstance(right, Static):
        return left, coerce(f, right_node, right, left.type, f"what is combined with {left.type}")
    if left.type is not right.type:
        first = f.cast_help(right.type, left.type, f.text(right_node))
        second = f.cast_help(left.type, right.type, f.text(left_node))
        help = f"{first}; or {second}" if first and second else first or second
        raise f.error(
            node,
            f"cannot {what} {left.type} and {right.type}",
            expected="two operands of one type",
            found=f"{left.type} and {right.type}",
            help=help,
        )
    return left, right


def truth(f: Lowering, node: ast.expr, found: Static | Typed) -> Typed:
    """The value as a condition."""
    if isinstance(found, Static) and not isinstance(found.value, bool):
        return f.constant(boolean, bool(found.value))
    if isinstance(found, Typed) and found.type is not boolean:
        raise f.error(
            node,
            f"a condition must be bool, and this is {found.type}",
            expected="bool",
            found=f"{found.type}",
            help=f.cast_help(found.type, boolean, f.text(node)),
        )
    return coerce(f, node, found, boolean, "a condition")


def cast(f: Lowering, node: ast.expr, found: Static | Typed, wanted: KernelType) -> Typed:
    """`wanted(x)`: numbers wrap, round or truncate."""
    if isinstance(found, Static):
        return _cast_static(f, node, found.value, wanted)
    source = found.type
    if source is wanted:
        return found
    if isinstance(wanted, BoolType) and isinstance(source, IntegerType):
        return Typed(f.builder.value("ne", found.value, Constant(source.ir, 0)), wanted)
    if isinstance(wanted, BoolType) and isinstance(source, FloatType):
        return Typed(f.builder.value("fne", found.value, Constant(source.ir, 0)), wanted)
    operation = _conversion(source, wanted)
    if operation is None:
        raise f.error(
            node,
            f"{source} cannot be cast to {wanted}",
            expected="a number",
            found=f"{source}",
            help=f.cast_help(source, wanted, f.text(node)),
        )
    if operation == "":
        return Typed(found.value, wanted)
    fixed = operation in ("float_extend", "float_truncate")
    return Typed(f.builder.value(operation, found.value, type=None if fixed else wanted.ir), wanted)


def _conversion(source: KernelType, wanted: KernelType) -> str | None:
    """The IR operation of a cast; "" where the bits stay as they are, None where there is no such cast."""
    if isinstance(source, BoolType) and isinstance(wanted, IntegerType):
        return "zero_extend"
    if isinstance(source, IntegerType) and isinstance(wanted, IntegerType):
        if source.ir.bits == wanted.ir.bits:
            return ""
        if source.ir.bits > wanted.ir.bits:
            return "truncate"
        return "sign_extend" if source.signed else "zero_extend"
    if isinstance(source, IntegerType) and isinstance(wanted, FloatType):
        return "float_from_signed" if source.signed else "float_from_unsigned"
    if isinstance(source, FloatType) and isinstance(wanted, IntegerType):
        return "signed_from_float" if wanted.signed else "unsigned_from_float"
    if isinstance(source, FloatType) and isinstance(wanted, FloatType):
        return "float_extend" if wanted.ir is F64 else "float_truncate"
    return None


def _cast_static(f: Lowering, node: ast.expr, static: object, wanted: KernelType) -> Typed:
    if isinstance(static, int | float):
        if isinstance(wanted, BoolType):
            return f.constant(wanted, bool(static))
        if isinstance(wanted, IntegerType):
            return f.constant(wanted, wanted(static))
        if isinstance(wanted, FloatType):
            return f.constant(wanted, wanted(static))
    raise f.error(
        node, f"{describe(static)} cannot be cast to {wanted}", expected="a number", found=describe(static)
    )


def index(f: Lowering, node: ast.expr, found: Static | Typed) -> Typed:
    """A count of elements or bytes as an i64; narrower integers are extended by their sign."""
    if isinstance(found, Static):
        return coerce(f, node, found, i64, "an index")
    if not isinstance(found.type, IntegerType):
        raise f.error(node, f"an index must be an integer, and this is {found.type}", found=f"{found.type}")
    return found if found.type.ir is I64 else cast(f, node, found, i64)


def static(f: Lowering, node: ast.expr, what: str) -> object:
    """Lower an expression that must be known now."""
    found = f.expression(node)
    if isinstance(found, Several) and all(isinstance(each, Static) for each in found.items):
        return tuple(each.value for each in found.items if isinstance(each, Static))
    if not isinstance(found, Static):
        raise f.error(
            node,
            f"{what} must be static: known when the function is lowered",
            found=_kind(found),
            help="static are literals, globals, a factory's variables, and what is computed from these alone",
        )
    return found.value


def _kind(found: Expression) -> str:
    if isinstance(found, Typed):
        return f"a value of type {found.type}, computed when the function runs"
    return f"the registers {found.name!r}" if isinstance(found, Machine) else "several values"


def static_type(f: Lowering, node: ast.expr) -> KernelType:
    """Lower an expression that names a type."""
    from cupola.kernel.types import as_type

    try:
        return as_type(f.kernel.evaluate_annotation(static(f, node, "a type")))
    except TypeError as error:
        raise f.error(node, str(error), expected="a type") from None
