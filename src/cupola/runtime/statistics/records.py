"""Structs of the kernel language as Python objects: for the functions run as plain Python, and to look at memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cupola.kernel import layout_of
from cupola.kernel.types import ArrayType, IntegerType, KernelType


def plain(struct: object) -> Any:
    """An object with the struct's fields, all zero; arrays are lists."""
    return SimpleNamespace(**{name: _zero(field.type) for name, field in layout_of(struct).items()})


def _zero(type: KernelType) -> Any:
    return [0] * type.count if isinstance(type, ArrayType) else 0


def read(struct: object, content: bytes | memoryview) -> Any:
    """The same object from the struct's bytes in memory; for structs of integers and arrays of them."""
    found = {name: _number(field.type, content, field.offset) for name, field in layout_of(struct).items()}
    return SimpleNamespace(**found)


def _number(type: KernelType, content: bytes | memoryview, offset: int) -> Any:
    if isinstance(type, ArrayType):
        size = type.element.size
        return [_number(type.element, content, offset + place * size) for place in range(type.count)]
    if not isinstance(type, IntegerType):
        raise TypeError(f"expected a struct of integers, found a field of type {type}")
    return int.from_bytes(content[offset : offset + type.size], "little", signed=type.signed)
