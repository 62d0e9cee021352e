"""Calling native code from Python: a ctypes callable for an address.

The callable releases the GIL while native code runs, so other Python threads go on. No Python code may be
called back from there.
"""

from __future__ import annotations

import ctypes

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# A pointer result is a plain integer, because ctypes turns a null `c_void_p` into None.
_ARGUMENTS: dict[str, Any] = {
    "i8": ctypes.c_int8,
    "i16": ctypes.c_int16,
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "u8": ctypes.c_uint8,
    "u16": ctypes.c_uint16,
    "u32": ctypes.c_uint32,
    "u64": ctypes.c_uint64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
    "bool": ctypes.c_bool,
    "ptr": ctypes.c_void_p,
}
_RESULTS: dict[str, Any] = {**_ARGUMENTS, "ptr": ctypes.c_size_t, "void": None}


def function(address: int, result: str, *arguments: str) -> Callable[..., Any]:
    """A Python callable for the C function at `address`; types by name ("i64", "u8", "f64", "bool", "ptr"; a
    result also "void").

    Integers are cut to their width without a check, as C does. `ptr` takes an integer, None, or a ctypes
    object.
    """
    for name in arguments:
        if name not in _ARGUMENTS:
            raise ValueError(f"unknown argument type {name!r}: expected one of {', '.join(_ARGUMENTS)}")
    if result not in _RESULTS:
        raise ValueError(f"unknown result type {result!r}: expected one of {', '.join(_RESULTS)}")
    if not address:
        raise ValueError("cannot make a function of address 0")
    prototype = ctypes.CFUNCTYPE(_RESULTS[result], *(_ARGUMENTS[name] for name in arguments))
    return prototype(address)
