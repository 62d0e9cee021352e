"""What the intrinsics become: one entry of `CALLS` each. `intrinsics` says what they mean."""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable
from typing import Any

from cupola.ir.core import Constant, Value
from cupola.ir.types import I64
from cupola.kernel import intrinsics, layout
from cupola.kernel.function import CFunction, KernelFunction, pointer_type_of
from cupola.kernel.lowering.arithmetic import compare, fold
from cupola.kernel.lowering.call import check_count
from cupola.kernel.lowering.context import CALLS, Expression, Lowering, Machine, Several, Static, Typed
from cupola.kernel.lowering.conversion import (
    coerce,
    default,
    index,
    operand,
    pair,
    static,
    static_type,
    truth,
    unify,
    value,
)
from cupola.kernel.lowering.memory import place
from cupola.kernel.types import (
    BoolType,
    FloatType,
    Function,
    FunctionType,
    IntegerType,
    KernelType,
    PointerType,
    address_type,
    boolean,
    i32,
    i64,
    pointer_to,
    u8,
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


def _is(
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
    return _is(f, node, default(f, node, operand(f, node)), IntegerType, "an integer")


def _integers(f: Lowering, node: ast.Call) -> tuple[Typed, Typed]:
    a, b = pair(f, node, node.args[0], node.args[1], "combine")
    return _is(f, node.args[0], a, IntegerType, "an integer"), b


def _signed(type: KernelType) -> bool:
    return isinstance(type, IntegerType) and type.signed


# --- families that differ in the operation only --------------------------------------------------------------------


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
        _is(f, node.args[0], x, FloatType, "a float")
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
    _is(f, node.args[0], x, (IntegerType, FloatType), "a number")
    if isinstance(x.type, FloatType):
        return Typed(f.builder.value("fabs", x.value), x.type)
    if not _signed(x.type):
        return x
    zero = Constant(x.type.ir, 0)
    negative = f.builder.value("slt", x.value, zero)
    return Typed(f.builder.value("select", negative, f.builder.value("sub", zero, x.value), x.value), x.type)


# --- static --------------------------------------------------------------------------------------------------------


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


# --- choices -------------------------------------------------------------------------------------------------------


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
    type = _scalar(f, node.args[0])
    return Typed(f.builder.value("undefined", type=type.ir), type)


def _scalar(f: Lowering, node: ast.expr) -> KernelType:
    type = static_type(f, node)
    if type.is_aggregate:
        raise f.error(
            node, f"{type} lives in memory: it is no value", expected=f"Ptr[{type}]", found=f"{type}"
        )
    return type


@entry(intrinsics.bits, 2)
def lower_bits(f: Lowering, node: ast.Call) -> Expression:
    wanted = _scalar(f, node.args[0])
    x = default(f, node.args[1], operand(f, node.args[1]))
    _is(f, node.args[1], x, (IntegerType, FloatType), "a number")
    if not isinstance(wanted, IntegerType | FloatType) or wanted.size != x.type.size:
        raise f.error(
            node, f"the bits of {x.type} are no {wanted}", expected=f"a number type of {x.type.size} bytes",
            found=f"{wanted} ({wanted.size} bytes)",
        )  # fmt: skip
    if wanted.ir is x.type.ir:
        return Typed(x.value, wanted)
    return Typed(f.builder.value("bits", x.value, type=wanted.ir), wanted)


# --- pointers ------------------------------------------------------------------------------------------------------


def _pointer_value(f: Lowering, node: ast.expr) -> Typed:
    found = default(f, node, operand(f, node))
    return _is(f, node, found, (PointerType, FunctionType), "a pointer")


def _pointer_kind(f: Lowering, node: ast.expr) -> KernelType:
    type = static_type(f, node)
    if not isinstance(type, PointerType | FunctionType):
        raise f.error(node, f"{type} is not a pointer type", expected="Ptr[T] or Function[...]", found=f"{type}",
                      help=f"write Ptr[{type}]")  # fmt: skip
    return type


@entry(intrinsics.cast, 2)
def lower_cast(f: Lowering, node: ast.Call) -> Expression:
    wanted = _pointer_kind(f, node.args[0])
    return Typed(_pointer_value(f, node.args[1]).value, wanted)


@entry(intrinsics.address, 1)
def lower_address(f: Lowering, node: ast.Call) -> Expression:
    return Typed(f.builder.value("address", _pointer_value(f, node.args[0]).value), i64)


@entry(intrinsics.pointer, 2)
def lower_pointer(f: Lowering, node: ast.Call) -> Expression:
    wanted = _pointer_kind(f, node.args[0])
    return Typed(f.builder.value("pointer", value(f, node.args[1], i64, "an address").value), wanted)


@entry(intrinsics.null, 1)
def lower_null(f: Lowering, node: ast.Call) -> Expression:
    return f.constant(_pointer_kind(f, node.args[0]), 0)


@entry(intrinsics.address_of, 1)
def lower_address_of(f: Lowering, node: ast.Call) -> Expression:
    target = node.args[0]
    if isinstance(target, ast.Name) and isinstance(found := f.expression(target), Static):
        if isinstance(found.value, KernelFunction | CFunction):
            return lower_function_pointer(f, node)
    if (
        not isinstance(target, ast.Attribute | ast.Subscript)
        or (isinstance(f.machine, Machine)
        and (isinstance(target.value, ast.Name) and target.value.id == f.machine.name))
    ):
        raise f.error(target, "this has no address", expected="a field (p.x) or an element (p[i])",
                      help="locals live in registers: take memory with local(T)")  # fmt: skip
    where = place(f, target)
    return Typed(where.pointer, address_type(where.type))


@entry(intrinsics.function_pointer, 1)
def lower_function_pointer(f: Lowering, node: ast.Call) -> Expression:
    found = static(f, node.args[0], "the function")
    if not isinstance(found, KernelFunction | CFunction):
        raise f.error(node.args[0], "this must be a kernel function or a C function", found=f"{found!r}")
    return coerce(f, node.args[0], Static(found), pointer_type_of(found) or Function, "this")


@entry(intrinsics.local, 1)
def lower_local(f: Lowering, node: ast.Call) -> Expression:
    """The memory is taken at the function's start, so that a loop does not take it again in each round."""
    type = static_type(f, node.args[0])
    here, f.builder.block = f.builder.block, f.slots
    slot = f.builder.value("stack_slot", Constant(I64, type.size))
    f.builder.block = here
    return Typed(slot, address_type(type))


@entry(intrinsics.table, 2)
def lower_table(f: Lowering, node: ast.Call) -> Expression:
    type = _scalar(f, node.args[0])
    values = static(f, node.args[1], "the content of a table")
    if not isinstance(type, IntegerType | FloatType | BoolType) or not isinstance(
        values, tuple | list | range | bytes
    ):
        raise f.error(node, "a table holds static numbers", expected="table(i64, (1, 2, 3))")
    numbers = [coerce(f, node.args[1], Static(each), type, "an element").value for each in values]
    content = b"".join(_packed(type, each) for each in numbers)
    return Typed(f.need_data(content), pointer_to(type))


def _packed(type: KernelType, number: Value) -> bytes:
    assert isinstance(number, Constant)
    if isinstance(type, FloatType):
        return struct.pack("<f" if type.size == 4 else "<d", number.value)
    return int(number.value).to_bytes(type.size, "little")


# --- memory --------------------------------------------------------------------------------------------------------


def _atomic(f: Lowering, node: ast.expr) -> tuple[Value, IntegerType]:
    pointer = _pointer_value(f, node)
    target = pointer.type.target if isinstance(pointer.type, PointerType) else None
    if not isinstance(target, IntegerType):
        raise f.error(
            node, "only integers are atomic", expected="a pointer to integers", found=f"{pointer.type}"
        )
    return pointer.value, target


@entry(intrinsics.atomic_load, 1)
def lower_atomic_load(f: Lowering, node: ast.Call) -> Expression:
    pointer, type = _atomic(f, node.args[0])
    return Typed(f.builder.value("atomic_load", pointer, type=type.ir), type)


@entry(intrinsics.atomic_store, 2)
def lower_atomic_store(f: Lowering, node: ast.Call) -> Expression:
    pointer, type = _atomic(f, node.args[0])
    f.builder.emit("atomic_store", pointer, value(f, node.args[1], type, "what is stored").value)
    return Several([])


def _bytes(f: Lowering, node: ast.expr) -> Value:
    return index(f, node, operand(f, node)).value


@entry(intrinsics.memory_copy, 3)
def lower_memory_copy(f: Lowering, node: ast.Call) -> Expression:
    return _transfer(f, node, "memory_copy")


@entry(intrinsics.memory_move, 3)
def lower_memory_move(f: Lowering, node: ast.Call) -> Expression:
    return _transfer(f, node, "memory_move")


def _transfer(f: Lowering, node: ast.Call, operation: str) -> Expression:
    to, source = _pointer_value(f, node.args[0]), _pointer_value(f, node.args[1])
    f.builder.emit(operation, to.value, source.value, _bytes(f, node.args[2]))
    return Several([])


@entry(intrinsics.memory_fill, 3)
def lower_memory_fill(f: Lowering, node: ast.Call) -> Expression:
    to = _pointer_value(f, node.args[0])
    byte = value(f, node.args[1], u8, "the byte")
    f.builder.emit("memory_fill", to.value, byte.value, _bytes(f, node.args[2]))
    return Several([])


@entry(intrinsics.memory_compare, 3)
def lower_memory_compare(f: Lowering, node: ast.Call) -> Expression:
    a, b = _pointer_value(f, node.args[0]), _pointer_value(f, node.args[1])
    return Typed(f.builder.value("memory_compare", a.value, b.value, _bytes(f, node.args[2])), i32)
