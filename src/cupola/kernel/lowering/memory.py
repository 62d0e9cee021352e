"""Reading and writing memory: fields of structs, elements of pointers, and the fields of the registers."""

from __future__ import annotations

import ast
from typing import NamedTuple

from cupola.ir.core import Constant, Value
from cupola.ir.types import I8, I64
from cupola.kernel.layout import StructType
from cupola.kernel.lowering.context import EXPRESSIONS, Expression, Lowering, Machine, Static, Typed
from cupola.kernel.lowering.conversion import index, operand, single
from cupola.kernel.lowering.report import describe
from cupola.kernel.types import BoolType, Function, KernelType, PointerType, address_type


class Place(NamedTuple):
    """An address, and the type of what lies there."""

    pointer: Value
    type: KernelType


def place(f: Lowering, node: ast.Attribute | ast.Subscript) -> Place:
    """The place in memory that `p.field` or `p[i]` names."""
    base = f.expression(node.value)
    if isinstance(base, Static):
        raise f.error(
            node,
            f"{describe(base.value)} is static, and cannot be changed or have an address",
            expected="a pointer before the dot or bracket",
        )
    pointer = single(f, node.value, base)
    assert isinstance(pointer, Typed)
    return _element(f, node, pointer) if isinstance(node, ast.Subscript) else _field(f, node, pointer)


def _field(f: Lowering, node: ast.Attribute, pointer: Typed) -> Place:
    target = pointer.type.target if isinstance(pointer.type, PointerType) else None
    if not isinstance(target, StructType):
        raise f.error(
            node, f"{pointer.type} has no fields", expected="a pointer to a struct", found=f"{pointer.type}"
        )
    try:
        fields = target.fields
    except TypeError as error:
        raise f.error(node, str(error)) from None
    if node.attr not in fields:
        raise f.error(
            node,
            f"struct {target} has no field {node.attr!r}",
            expected=f"one of {', '.join(fields)}",
            found=node.attr,
        )
    found = fields[node.attr]
    return Place(f.builder.offset(pointer.value, found.offset), found.type)


def _element(f: Lowering, node: ast.Subscript, pointer: Typed) -> Place:
    if not isinstance(pointer.type, PointerType):
        raise f.error(node, f"{pointer.type} has no elements", expected="a pointer", found=f"{pointer.type}")
    count = index(f, node.slice, operand(f, node.slice))
    return Place(moved(f, pointer.value, count.value, pointer.type.target.size), pointer.type.target)


def moved(f: Lowering, pointer: Value, count: Value, size: int) -> Value:
    """`pointer` moved by `count` elements of `size` bytes."""
    if isinstance(count, Constant):
        return f.builder.offset(pointer, count.signed * size)
    bytes = count if size == 1 else f.builder.value("mul", count, Constant(I64, size))
    return f.builder.value("ptr_add", pointer, bytes)


def load(f: Lowering, where: Place) -> Typed:
    """What lies there; of a struct or an array, the address."""
    if where.type.is_aggregate:
        return Typed(where.pointer, address_type(where.type))
    if isinstance(where.type, BoolType):
        byte = f.builder.value("load", where.pointer, type=I8)
        return Typed(f.builder.value("ne", byte, Constant(I8, 0)), where.type)
    return Typed(f.builder.value("load", where.pointer, type=where.type.ir), where.type)


def place_to_store(f: Lowering, node: ast.Attribute | ast.Subscript) -> Place:
    """The place that is assigned to; structs and arrays are not assigned as a whole."""
    where = place(f, node)
    if where.type.is_aggregate:
        raise f.error(
            node,
            f"{where.type} is not assigned as a whole",
            expected="a number, a bool or a pointer",
            help="assign its parts, or copy its bytes: memory_copy(to, source, sizeof(...))",
        )
    return where


def store(f: Lowering, where: Place, found: Typed) -> None:
    """Put a value there; it has the type of the place."""
    value = found.value
    if isinstance(where.type, BoolType):
        value = f.builder.value("zero_extend", value, type=I8)
    f.builder.emit("store", where.pointer, value)


def lower_attribute(f: Lowering, node: ast.Attribute) -> Expression:
    base = f.expression(node.value)
    if isinstance(base, Machine):
        type = register_type(f, node)
        return Typed(f.variables.read(f.block, f"{base.name}.{node.attr}", type.ir, node), type)
    if isinstance(base, Static):
        try:
            return Static(getattr(base.value, node.attr))
        except AttributeError as error:
            raise f.error(node, str(error)) from None
        except TypeError as error:
            raise f.error(node, str(error)) from None
    pointer = single(f, node.value, base)
    assert isinstance(pointer, Typed)
    return load(f, _field(f, node, pointer))


def register_type(f: Lowering, node: ast.Attribute) -> KernelType:
    """The type of the field of the registers that `node` names."""
    assert f.machine is not None
    fields = f.machine.type.fields
    if node.attr not in fields:
        raise f.error(
            node,
            f"registers {f.machine.type} have no field {node.attr!r}",
            expected=f"one of {', '.join(fields)}",
            found=node.attr,
        )
    return fields[node.attr]


def lower_subscript(f: Lowering, node: ast.Subscript) -> Expression:
    base = f.expression(node.value)
    if isinstance(base, Static):
        return _static_element(f, node, base.value)
    pointer = single(f, node.value, base)
    assert isinstance(pointer, Typed)
    return load(f, _element(f, node, pointer))


def _static_element(f: Lowering, node: ast.Subscript, base: object) -> Expression:
    found = _signature(f, node.slice) if base is Function else f.expression(node.slice)
    if isinstance(found, Static):
        try:
            return Static(base[found.value])  # type: ignore[index]  # if it has no elements, the TypeError says so
        except (TypeError, LookupError, ValueError) as error:
            raise f.error(node, f"{type(error).__name__}: {error}") from None
    if isinstance(base, bytes):
        raise f.error(
            node,
            "static bytes can only be indexed by a static value",
            help="assign them to a local first: text = ...",
        )
    raise f.error(
        node,
        "a static sequence can only be indexed by a static value",
        found="an index computed when the function runs",
        help=f"put it into memory: table(i64, {f.text(node.value)})[{f.text(node.slice)}]",
    )


def _signature(f: Lowering, node: ast.expr) -> Expression:
    """What stands between the brackets of `Function[[i64, i64], i64]`: the only list in kernel code."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.List):
        parameters = [f.expression(each) for each in node.elts[0].elts]
        result = f.expression(node.elts[1])
        if isinstance(result, Static) and all(isinstance(each, Static) for each in parameters):
            return Static(([each.value for each in parameters if isinstance(each, Static)], result.value))
    return Static(f.text(node))


EXPRESSIONS[ast.Attribute] = lower_attribute
EXPRESSIONS[ast.Subscript] = lower_subscript
