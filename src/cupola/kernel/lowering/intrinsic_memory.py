"""What the intrinsics for pointers and memory become: one entry of `CALLS` each."""

from __future__ import annotations

import ast
import struct

from cupola.ir.core import Constant, Value
from cupola.ir.types import I64
from cupola.kernel import intrinsics
from cupola.kernel.function import CFunction, KernelFunction, pointer_type_of
from cupola.kernel.lowering.context import Expression, Lowering, Machine, Several, Static, Typed
from cupola.kernel.lowering.conversion import (
    coerce,
    default,
    index,
    operand,
    static,
    static_type,
    value,
)
from cupola.kernel.lowering.intrinsic import check_kind, entry, scalar_type
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
    i32,
    i64,
    pointer_to,
    u8,
)

# --- pointers ---------------------------------------------------------------------------------------------


def _pointer_value(f: Lowering, node: ast.expr) -> Typed:
    found = default(f, node, operand(f, node))
    return check_kind(f, node, found, (PointerType, FunctionType), "a pointer")


def _pointer_kind(f: Lowering, node: ast.expr) -> KernelType:
    type = static_type(f, node)
    if not isinstance(type, PointerType | FunctionType):
        raise f.error(
            node,
            f"{type} is not a pointer type",
            expected="Ptr[T] or Function[...]",
            found=f"{type}",
            help=f"write Ptr[{type}]",
        )
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
    if not isinstance(target, ast.Attribute | ast.Subscript) or (
        isinstance(f.machine, Machine)
        and (isinstance(target.value, ast.Name) and target.value.id == f.machine.name)
    ):
        raise f.error(
            target,
            "this has no address",
            expected="a field (p.x) or an element (p[i])",
            help="locals live in registers: take memory with local(T)",
        )
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
    type = scalar_type(f, node.args[0])
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


# --- memory -----------------------------------------------------------------------------------------------


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
