"""The C API of Python for native code: where its functions, types and objects lie; functions made of native code.

Only where objects lie in memory as the C API's documentation of CPython says: elsewhere `is_available` is False, and
whoever uses this has another way.
"""

from __future__ import annotations

import ctypes
from functools import cache

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

METH_FASTCALL = 0x80
TYPES = {"int_type": int, "float_type": float, "str_type": str, "bytes_type": bytes, "tuple_type": tuple}
OBJECTS = {"none": None, "true": True, "false": False}
SURROGATEESCAPE = ctypes.create_string_buffer(b"surrogateescape")


class _Method(ctypes.Structure):
    """PyMethodDef."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


BYTES_START = 32  # where the contents of a bytes object begin

_kept: list[_Method] = []  # methods are looked at as long as the process lives


@cache
def is_available() -> bool:
    """Whether native code may look at Python's objects."""
    import sys

    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return False
    return bytes.__basicsize__ == BYTES_START + 1 and all(
        ctypes.c_size_t.from_address(id(thing) + 8).value == id(kind)
        for thing, kind in ((1, int), (1.5, float), ("a", str), (b"a", bytes), ((1,), tuple))
    )


def addresses(names: Iterable[str], *, is_text: bool) -> Iterator[tuple[str, int]]:
    """What the fields of a `python_objects.PythonApi` are to be, whose names these are."""
    for name in names:
        if name in TYPES:
            value = id(TYPES[name])
        elif name in OBJECTS:
            value = id(OBJECTS[name])
        elif name == "surrogateescape":
            value = ctypes.addressof(SURROGATEESCAPE)
        elif name == "is_text":
            value = int(is_text)
        else:
            value = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0
        yield name, value


def native_method(owner: type, name: str, address: int, doc: str) -> Any:
    """A method for instances of a class that is native code: a C function of (self, arguments, how many)."""
    made = _Method(name.encode(), address, METH_FASTCALL, doc.encode())
    _kept.append(made)
    new = ctypes.pythonapi.PyDescr_NewMethod
    new.restype = ctypes.py_object
    new.argtypes = (ctypes.py_object, ctypes.POINTER(_Method))
    return new(owner, ctypes.byref(made))
