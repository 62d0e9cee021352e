"""Calls C functions for the evaluator, through ctypes."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from cupola.ir.core import Constant, Declaration
from cupola.ir.errors import IRError

_TYPES: dict[str, Any] = {
    "i1": ctypes.c_bool,
    "i8": ctypes.c_uint8,
    "i16": ctypes.c_uint16,
    "i32": ctypes.c_uint32,
    "i64": ctypes.c_uint64,
    "ptr": ctypes.c_uint64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
}
Number = int | float


def call(declaration: Declaration, address: int, operands: Sequence[Number]) -> tuple[Number, ...]:
    """Call the C function at `address`, which has the declaration's signature and at most one result."""
    if len(declaration.results) > 1 or declaration.convention != "c":
        raise IRError(
            f"{declaration.name!r}: expected a C function with at most one result, found {declaration}"
        )
    result = _TYPES[declaration.results[0].name] if declaration.results else None
    signature = ctypes.CFUNCTYPE(result, *(_TYPES[each.name] for each in declaration.parameters))
    return results(declaration, signature(address)(*operands))


def results(declaration: Declaration, outcome: object) -> tuple[Number, ...]:
    """What a Python or C function returned, as numbers in canonical form."""
    if not declaration.results:
        return ()
    values = outcome if isinstance(outcome, tuple) else (outcome,)
    return tuple(Constant(type, value).value for type, value in zip(declaration.results, values, strict=True))
