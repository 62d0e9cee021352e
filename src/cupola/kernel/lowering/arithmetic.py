"""Operators: arithmetic, bits, shifts, pointer arithmetic, comparison of two values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from cupola.ir.core import Constant, Value
from cupola.ir.types import I1, I64
from cupola.kernel.lowering.context import EXPRESSIONS, Expression, Lowering, Static, Typed
from cupola.kernel.lowering.conversion import coerce, index, operand, truth, unify
from cupola.kernel.lowering.memory import moved
from cupola.kernel.types import (
    BoolType,
    FloatType,
    FunctionType,
    IntegerType,
    KernelType,
    PointerType,
    boolean,
    i64,
)

# operator: sign, verb for errors, the same on static values, IR operation on integers, on floats ("" = none)
OPERATORS: dict[type[ast.operator], tuple[str, str, Callable[[Any, Any], Any], str, str]] = {
    ast.Add: ("+", "add", operator.add, "add", "fadd"),
    ast.Sub: ("-", "subtract", operator.sub, "sub", "fsub"),
    ast.Mult: ("*", "multiply", operator.mul, "mul", "fmul"),
    ast.Div: ("/", "divide", operator.truediv, "", "fdiv"),
    ast.FloorDiv: ("//", "divide", operator.floordiv, "floor", ""),
    ast.Mod: ("%", "divide", operator.mod, "modulo", ""),
    ast.BitAnd: ("&", "combine", operator.and_, "and", ""),
    ast.BitOr: ("|", "combine", operator.or_, "or", ""),
    ast.BitXor: ("^", "combine", operator.xor, "xor", ""),
    ast.LShift: ("<<", "shift", operator.lshift, "shl", ""),
    ast.RShift: (">>", "shift", operator.rshift, "shr", ""),
    ast.Pow: ("**", "raise", operator.pow, "", ""),
    ast.MatMult: ("@", "multiply", operator.matmul, "", ""),
}
SIGNS: dict[type[ast.unaryop], tuple[str, Callable[[Any], Any]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
    ast.Invert: ("~", operator.invert),
}
BITWISE = (ast.BitAnd, ast.BitOr, ast.BitXor)

# comparison: on static values; IR operation on signed, unsigned, floats; whether operands are swapped
COMPARISONS: dict[type[ast.cmpop], tuple[Callable[[Any, Any], Any], str, str, str, bool]] = {
    ast.Eq: (operator.eq, "eq", "eq", "feq", False),
    ast.NotEq: (operator.ne, "ne", "ne", "fne", False),
    ast.Lt: (operator.lt, "slt", "ult", "flt", False),
    ast.LtE: (operator.le, "sle", "ule", "fle", False),
    ast.Gt: (operator.gt, "slt", "ult", "flt", True),
    ast.GtE: (operator.ge, "sle", "ule", "fle", True),
}


def lower_binary(f: Lowering, node: ast.BinOp) -> Expression:
    left, right = operand(f, node.left), operand(f, node.right)
    return binary(f, node, node.op, node.left, left, node.right, right)


def binary(
    f: Lowering,
    node: ast.expr | ast.stmt,
    op: ast.operator,
    left_node: ast.expr,
    left: Static | Typed,
    right_node: ast.expr,
    right: Static | Typed,
) -> Static | Typed:
    """`left op right`; the nodes are for errors."""
    sign, verb, compute, integer, floating = OPERATORS[type(op)]
    if isinstance(left, Static) and isinstance(right, Static):
        return fold(f, node, compute, left.value, right.value)
    if _is_pointer(left) or _is_pointer(right):
        return _pointer_arithmetic(f, node, op, left_node, left, right_node, right)
    a, b = unify(f, node, left_node, left, right_node, right, verb)
    if isinstance(a.type, IntegerType) and integer:
        return Typed(_integer(f, node, integer, a.type, a.value, b.value), a.type)
    if isinstance(a.type, FloatType) and floating:
        return Typed(f.builder.value(floating, a.value, b.value), a.type)
    if isinstance(a.type, BoolType) and isinstance(op, BITWISE):
        return Typed(f.builder.value(integer, a.value, b.value), a.type)
    raise f.error(
        node,
        f"{a.type} has no operator {sign}",
        found=f"{a.type} {sign} {b.type}",
        help=_operator_help(sign, a.type),
    )


def fold(f: Lowering, node: ast.AST, compute: Callable[..., Any], *values: object) -> Static:
    """What Python itself computes from static values."""
    try:
        return Static(compute(*values))
    except (ArithmeticError, TypeError, ValueError) as error:
        raise f.error(node, f"{type(error).__name__}: {error}") from None


def _operator_help(sign: str, type: KernelType) -> str:
    if sign == "/" and isinstance(type, IntegerType):
        return "use // (rounds down), divide(a, b) (rounds towards zero), or cast to f64"
    if sign == "//" and isinstance(type, FloatType):
        return "use floor(a / b)"
    if sign == "%" and isinstance(type, FloatType):
        return "use a - floor(a / b) * b"
    if sign == "**":
        return "multiply, or shift; a power of static values is computed when the function is lowered"
    if isinstance(type, BoolType):
        return "cast to an integer first: i64(x)"
    return ""


# --- integers ---------------------------------------------------------------------------------------------


def _integer(
    f: Lowering, node: ast.expr | ast.stmt, operation: str, type: IntegerType, a: Value, b: Value
) -> Value:
    if operation == "shr":
        return f.builder.value("ashr" if type.signed else "lshr", a, b)
    if operation in ("floor", "modulo"):
        if isinstance(b, Constant) and b.value == 0:
            raise f.error(node, "division by zero")
        return _floor_divide(f, type, a, b) if operation == "floor" else _modulo(f, type, a, b)
    return f.builder.value(operation, a, b)


def _power_of_two(type: IntegerType, value: Value) -> int | None:
    """The exponent, if `value` is a constant and a positive power of two."""
    if not isinstance(value, Constant):
        return None
    number = value.signed if type.signed else int(value.value)
    return number.bit_length() - 1 if number > 0 and number & (number - 1) == 0 else None


def _floor_divide(f: Lowering, type: IntegerType, a: Value, b: Value) -> Value:
    """The quotient rounded down, as Python has it."""
    shift = _power_of_two(type, b)
    if shift is not None:
        return f.builder.value("ashr" if type.signed else "lshr", a, Constant(type.ir, shift))
    if not type.signed:
        return f.builder.value("udiv", a, b)
    quotient = f.builder.value("sdiv", a, b)
    lower = f.builder.value("sub", quotient, Constant(type.ir, 1))
    return f.builder.value(
        "select", _differs_in_sign(f, type, f.builder.value("srem", a, b), b), lower, quotient
    )


def _modulo(f: Lowering, type: IntegerType, a: Value, b: Value) -> Value:
    """The remainder that has the sign of the divisor, as Python has it."""
    shift = _power_of_two(type, b)
    if shift is not None:
        return f.builder.value("and", a, Constant(type.ir, (1 << shift) - 1))
    if not type.signed:
        return f.builder.value("urem", a, b)
    rest = f.builder.value("srem", a, b)
    return f.builder.value(
        "select", _differs_in_sign(f, type, rest, b), f.builder.value("add", rest, b), rest
    )


def _differs_in_sign(f: Lowering, type: IntegerType, rest: Value, b: Value) -> Value:
    """Whether the remainder is not zero and has another sign than the divisor."""
    zero = Constant(type.ir, 0)
    mixed = f.builder.value("slt", f.builder.value("xor", rest, b), zero)
    return f.builder.value("and", f.builder.value("ne", rest, zero), mixed)


# --- pointers ---------------------------------------------------------------------------------------------


def _is_pointer(found: Static | Typed) -> bool:
    return isinstance(found, Typed) and isinstance(found.type, PointerType)


def _pointer_arithmetic(
    f: Lowering,
    node: ast.expr | ast.stmt,
    op: ast.operator,
    left_node: ast.expr,
    left: Static | Typed,
    right_node: ast.expr,
    right: Static | Typed,
) -> Typed:
    """p + n, n + p, p - n (scaled by the element) and p - q (in elements)."""
    if isinstance(op, ast.Add) and not _is_pointer(left):
        left_node, left, right_node, right = right_node, right, left_node, left
    if isinstance(left, Typed) and isinstance(left.type, PointerType):
        size = left.type.target.size
        if isinstance(op, ast.Sub) and isinstance(right, Typed) and isinstance(right.type, PointerType):
            a, b = unify(f, node, left_node, left, right_node, right, "subtract")
            return _distance(f, a.value, b.value, size)
        if isinstance(op, ast.Add | ast.Sub) and not _is_pointer(right):
            count = index(f, right_node, right).value
            if isinstance(op, ast.Sub):
                count = _negative(f, count)
            return Typed(moved(f, left.value, count, size), left.type)
    sign = OPERATORS[type(op)][0]
    raise f.error(
        node,
        f"pointers have no such operator {sign}",
        expected="p + n, p - n or p - q",
        help="compute with address(p), and make a pointer again with pointer(Ptr[T], n)",
    )


def _negative(f: Lowering, count: Value) -> Value:
    if isinstance(count, Constant):
        return Constant(I64, -int(count.value))
    return f.builder.value("sub", Constant(I64, 0), count)


def _distance(f: Lowering, a: Value, b: Value, size: int) -> Typed:
    bytes = f.builder.value("sub", f.builder.value("address", a), f.builder.value("address", b))
    if size == 1:
        return Typed(bytes, i64)
    if size & (size - 1) == 0:
        return Typed(f.builder.value("ashr", bytes, Constant(I64, size.bit_length() - 1)), i64)
    return Typed(f.builder.value("sdiv", bytes, Constant(I64, size)), i64)


# --- one operand ------------------------------------------------------------------------------------------


def lower_unary(f: Lowering, node: ast.UnaryOp) -> Expression:
    found = operand(f, node.operand)
    if isinstance(node.op, ast.Not):
        return negate(f, node, found)
    sign, compute = SIGNS[type(node.op)]
    if isinstance(found, Static):
        return fold(f, node, compute, found.value)
    type_ = found.type
    if isinstance(node.op, ast.UAdd) and isinstance(type_, IntegerType | FloatType):
        return found
    if isinstance(node.op, ast.USub) and isinstance(type_, IntegerType):
        return Typed(f.builder.value("sub", Constant(type_.ir, 0), found.value), type_)
    if isinstance(node.op, ast.USub) and isinstance(type_, FloatType):
        return Typed(f.builder.value("fneg", found.value), type_)
    if isinstance(node.op, ast.Invert) and isinstance(type_, IntegerType):
        return Typed(f.builder.value("xor", found.value, Constant(type_.ir, type_.ir.mask)), type_)
    raise f.error(
        node, f"{type_} has no operator {sign}", help="write `not x`" if isinstance(type_, BoolType) else ""
    )


def negate(f: Lowering, node: ast.UnaryOp, found: Static | Typed) -> Expression:
    """`not x`."""
    if isinstance(found, Static):
        return Static(not found.value)
    typed = truth(f, node.operand, found)
    return Typed(f.builder.value("xor", typed.value, Constant(I1, 1)), boolean)


# --- comparison -------------------------------------------------------------------------------------------


def compare(
    f: Lowering,
    node: ast.expr,
    op: ast.cmpop,
    left_node: ast.expr,
    left: Static | Typed,
    right_node: ast.expr,
    right: Static | Typed,
) -> Static | Typed:
    """`left op right`, one link of a chain of comparisons."""
    if isinstance(op, ast.In | ast.NotIn):
        return _membership(f, node, op, left_node, left, right_node, right)
    if isinstance(op, ast.Is | ast.IsNot):
        return _identity(f, node, op, left, right)
    compute, signed, unsigned, floating, swapped = COMPARISONS[type(op)]
    if isinstance(left, Static) and isinstance(right, Static):
        return fold(f, node, compute, left.value, right.value)
    a, b = unify(f, node, left_node, left, right_node, right, "compare")
    if swapped:
        a, b = b, a
    if isinstance(a.type, FloatType):
        return Typed(f.builder.value(floating, a.value, b.value), boolean)
    if isinstance(a.type, BoolType | FunctionType) and not isinstance(op, ast.Eq | ast.NotEq):
        raise f.error(node, f"{a.type} has no order", expected="== or !=")
    operation = signed if isinstance(a.type, IntegerType) and a.type.signed else unsigned
    return Typed(f.builder.value(operation, a.value, b.value), boolean)


def _identity(
    f: Lowering, node: ast.expr, op: ast.cmpop, left: Static | Typed, right: Static | Typed
) -> Static:
    if isinstance(left, Static) and isinstance(right, Static):
        return Static((left.value is right.value) == isinstance(op, ast.Is))
    none = any(isinstance(each, Static) and each.value is None for each in (left, right))
    raise f.error(
        node,
        "`is` compares static values only",
        help="the pointer to nowhere is null(Ptr[T]): write p == null(Ptr[T])" if none else "write ==",
    )


def _membership(
    f: Lowering,
    node: ast.expr,
    op: ast.cmpop,
    left_node: ast.expr,
    left: Static | Typed,
    right_node: ast.expr,
    right: Static | Typed,
) -> Static | Typed:
    """`x in (1, 2, 3)`: comparison with each."""
    if not isinstance(right, Static):
        raise f.error(
            right_node, "`in` needs a static sequence at its right", help="write a loop over the memory"
        )
    inside = isinstance(op, ast.In)
    if isinstance(left, Static):
        return fold(f, node, lambda x, y: (x in y) == inside, left.value, right.value)
    if not isinstance(right.value, tuple | list | bytes | range | frozenset | set | dict):
        raise f.error(right_node, "`in` needs a static sequence at its right", expected="a tuple or bytes")
    found: Value = Constant(I1, 0)
    for each in right.value:
        same = f.builder.value(
            "eq", left.value, coerce(f, right_node, Static(each), left.type, "an element").value
        )
        found = same if isinstance(found, Constant) else f.builder.value("or", found, same)
    return Typed(found if inside else f.builder.value("xor", found, Constant(I1, 1)), boolean)


EXPRESSIONS[ast.BinOp] = lower_binary
EXPRESSIONS[ast.UnaryOp] = lower_unary
