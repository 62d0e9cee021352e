"""What the intrinsics become: one entry of `CALLS` each. `intrinsics` says what they mean.

Those for pointers and memory are in `intrinsic_memory`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from cupola.ir.core import Constant
from cupola.kernel import intrinsics, layout
from cupola.kernel.lowering.arithmetic import compare, fold
from cupola.kernel.lowering.call import check_count
from cupola.kernel.lowering.context import CALLS, Expression, Lowering, Several, Static, Typed
from cupola.kernel.lowering.conversion import (
    default,
    operand,
    pair,
    static,
    static_type,
    truth,
    unify,
)
from cupola.kernel.types import (
    FloatType,
    IntegerType,
    KernelType,
    boolean,
)

Lower = Callable[[Lowering, ast.Call], Expression]


def entry(function: object, arguments: int | None) -> Callable[[Lower], Lower]:
    """Decorator: the lowering of `function`, which takes that many arguments (None: it looks itself)."""

    def enter(lower: Lower) -> Lower:
        def checked(f: Lowering, node: ast.Call) -> Expression:
            if arguments is not None:
                check_count(f, node, arguments)
            return lower(f, node)

        CALLS[function] = checked
        return lower

    return enter


def check_kind(
    f: Lowering,
    node: ast.expr,
    found: Typed,
    kind: type[KernelType] | tuple[type[KernelType], ...],
    what: str,
) -> Typed:
    if not isinstance(found.type, kind):
        raise f.error(node, f"this must be {what}, and is {found.type}", expected=what, found=f"{found.type}")
    return found


def _integer(f: Lowering, node: ast.expr) -> Typed:
    return check_kind(f, node, default(f, node, operand(f, node)), IntegerType, "an integer")


def _integers(f: Lowering, node: ast.Call) -> tuple[Typed, Typed]:
    a, b = pair(f, node, node.args[0], node.args[1], "combine")
    return check_kind(f, node.args[0], a, IntegerType, "an integer"), b


def _signed(type: KernelType) -> bool:
    return isinstance(type, IntegerType) and type.signed


# --- families that differ in the operation only -----------------------------------------------------------


def _two_integers(function: object, signed: str, unsigned: str) -> None:
    @entry(function, 2)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        a, b = _integers(f, node)
        return Typed(f.builder.value(signed if _signed(a.type) else unsigned, a.value, b.value), a.type)


def _overflowing(function: object, operation: str) -> None:
    @entry(function, 2)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        a, b = _integers(f, node)
        result, flag = f.builder.emit(operation + ("_s" if _signed(a.type) else "_u"), a.value, b.value)
        return Several([Typed(result, a.type), Typed(flag, boolean)])


def _one_integer(function: object, operation: str) -> None:
    @entry(function, 1)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        x = _integer(f, node.args[0])
        if operation == "byte_swap" and x.type.size == 1:
            return x
        return Typed(f.builder.value(operation, x.value), x.type)


def _one_float(function: object, operation: str) -> None:
    @entry(function, 1)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        x = default(f, node.args[0], operand(f, node.args[0]))
        check_kind(f, node.args[0], x, FloatType, "a float")
        return Typed(f.builder.value(operation, x.value), x.type)


_two_integers(intrinsics.divide, "sdiv", "udiv")
_two_integers(intrinsics.remainder, "srem", "urem")
_two_integers(intrinsics.multiply_high, "mul_high_s", "mul_high_u")
_two_integers(intrinsics.rotate_left, "rotl", "rotl")
_overflowing(intrinsics.add_overflow, "add_overflow")
_overflowing(intrinsics.sub_overflow, "sub_overflow")
_overflowing(intrinsics.mul_overflow, "mul_overflow")
_one_integer(intrinsics.count_leading_zeros, "count_leading_zeros")
_one_integer(intrinsics.count_trailing_zeros, "count_trailing_zeros")
_one_integer(intrinsics.count_ones, "count_ones")
_one_integer(intrinsics.byte_swap, "byte_swap")
_one_float(intrinsics.sqrt, "fsqrt")
_one_float(intrinsics.floor, "ffloor")
_one_float(intrinsics.ceil, "fceil")
_one_float(intrinsics.trunc, "ftrunc")


def _extreme(function: Callable[..., Any], op: ast.cmpop) -> None:
    @entry(function, None)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        """As Python has it: the first of the arguments that no later one is less (greater) than."""
        if len(node.args) < 2:
            raise f.error(node, f"{function.__name__} takes two arguments or more", found=f"{len(node.args)}")
        best_node, best = node.args[0], operand(f, node.args[0])
        for each in node.args[1:]:
            other = operand(f, each)
            if isinstance(best, Static) and isinstance(other, Static):
                best_node, best = each, Static(function(best.value, other.value))
                continue
            a, b = unify(f, node, best_node, best, each, other, "compare")
            better = compare(f, node, op, each, b, best_node, a)
            assert isinstance(better, Typed)
            best_node, best = node, Typed(f.builder.value("select", better.value, b.value, a.value), a.type)
        return best


_extreme(min, ast.Lt())
_extreme(max, ast.Gt())


@entry(abs, 1)
def lower_abs(f: Lowering, node: ast.Call) -> Expression:
    x = operand(f, node.args[0])
    if isinstance(x, Static):
        return fold(f, node, abs, x.value)
    check_kind(f, node.args[0], x, (IntegerType, FloatType), "a number")
    if isinstance(x.type, FloatType):
        return Typed(f.builder.value("fabs", x.value), x.type)
    if not _signed(x.type):
        return x
    zero = Constant(x.type.ir, 0)
    negative = f.builder.value("slt", x.value, zero)
    return Typed(f.builder.value("select", negative, f.builder.value("sub", zero, x.value), x.value), x.type)


# --- static -----------------------------------------------------------------------------------------------


def _static_call(function: Callable[..., Any]) -> None:
    """A function that is run now, on static arguments."""

    @entry(function, None)
    def lower(f: Lowering, node: ast.Call) -> Expression:
        arguments = [static(f, each, f"an argument of {f.text(node.func)}") for each in node.args]
        try:
            return Static(function(*arguments))
        except (TypeError, ValueError) as error:
            raise f.error(node, str(error)) from None


for _function in (len, enumerate, zip, reversed, sorted, intrinsics.static, layout.sizeof, layout.offsetof):
    _static_call(_function)


# `range` inside static(...) is static; in a for loop it is looked at there
_static_call(range)


# --- choices ----------------------------------------------------------------------------------------------


@entry(intrinsics.likely, 1)
@entry(intrinsics.unlikely, 1)
def lower_expectation(f: Lowering, node: ast.Call) -> Expression:
    """Outside of a condition, there is nothing to expect."""
    return truth(f, node.args[0], operand(f, node.args[0]))


@entry(intrinsics.select, 3)
def lower_select(f: Lowering, node: ast.Call) -> Expression:
    condition = truth(f, node.args[0], operand(f, node.args[0]))
    a, b = pair(f, node, node.args[1], node.args[2], "choose between")
    return Typed(f.builder.value("select", condition.value, a.value, b.value), a.type)


@entry(intrinsics.undefined, 1)
def lower_undefined(f: Lowering, node: ast.Call) -> Expression:
    type = scalar_type(f, node.args[0])
    return Typed(f.builder.value("undefined", type=type.ir), type)


def scalar_type(f: Lowering, node: ast.expr) -> KernelType:
    type = static_type(f, node)
    if type.is_aggregate:
        raise f.error(
            node, f"{type} lives in memory: it is no value", expected=f"Ptr[{type}]", found=f"{type}"
        )
    return type


@entry(intrinsics.bits, 2)
def lower_bits(f: Lowering, node: ast.Call) -> Expression:
    wanted = scalar_type(f, node.args[0])
    x = default(f, node.args[1], operand(f, node.args[1]))
    check_kind(f, node.args[1], x, (IntegerType, FloatType), "a number")
    if not isinstance(wanted, IntegerType | FloatType) or wanted.size != x.type.size:
        raise f.error(
            node,
            f"the bits of {x.type} are no {wanted}",
            expected=f"a number type of {x.type.size} bytes",
            found=f"{wanted} ({wanted.size} bytes)",
        )
    if wanted.ir is x.type.ir:
        return Typed(x.value, wanted)
    return Typed(f.builder.value("bits", x.value, type=wanted.ir), wanted)
