"""Values as Python sees them: numbers of 64 bits with signs (see `runtime.values`), objects by their addresses."""

from __future__ import annotations

import ctypes
import struct

from cupola.runtime.tags import FALSE, FUNCTION, INTEGER, LIGHT, NIL, OTHER, STRING, TABLE, TRUE

KINDS = struct.Struct("<BBHI")  # of `Object`
_DOUBLE, _INTEGER = struct.Struct("<d"), struct.Struct("<q")
STRING_BYTES = 16  # before the bytes of a string
MASK = (1 << 48) - 1
LEAST, MOST = -(1 << 47), (1 << 47) - 1


def tag_of(value: int) -> int:
    """The tag of a value, see `runtime.values`; doubles have any other."""
    return value >> 48


def is_double(value: int) -> bool:
    """Whether it is a double."""
    return not -7 <= value >> 48 <= -1


def address_in(value: int) -> int:
    """The address in a value that is an object."""
    return value & MASK


def double(value: int) -> float:
    """The number of a value that is a double."""
    number: float = _DOUBLE.unpack(_INTEGER.pack(value))[0]
    return number


def from_double(number: float) -> int:
    """A double as a value; NaNs lose what they carry."""
    if number != number:
        return -(1 << 51) if struct.pack("<d", number)[7] & 0x80 else 0x7FF8 << 48
    value: int = _INTEGER.unpack(_DOUBLE.pack(number))[0]
    return value


def is_small(number: int) -> bool:
    """Whether an integer fits 48 bits."""
    return LEAST <= number <= MOST


def from_small(number: int) -> int:
    """An integer of 48 bits as a value."""
    return (number & MASK) | (INTEGER << 48)


def from_address(address: int) -> int:
    """An address as a value that no guest sees."""
    return (address & MASK) | (LIGHT << 48)


def small(value: int) -> int:
    """The number of a value with the tag INTEGER."""
    number = value & MASK
    return number - (1 << 48) if number >> 47 else number


def kind_of(value: int) -> int:
    """The kind of the object that a value is."""
    return ctypes.c_uint8.from_address(value & MASK).value


def cell(address: int) -> int:
    """The cell at an address."""
    return ctypes.c_int64.from_address(address).value


def set_cell(address: int, value: int) -> None:
    """Set the cell at an address."""
    ctypes.c_int64.from_address(address).value = value


def bytes_of(value: int) -> bytes:
    """The bytes of a string."""
    address = value & MASK
    return ctypes.string_at(address + STRING_BYTES, cell(address + 8))


__all__ = [
    "FALSE", "FUNCTION", "INTEGER", "KINDS", "LEAST", "MOST", "NIL", "OTHER", "STRING", "TABLE", "TRUE", "address_in",
    "bytes_of", "cell", "double", "from_address", "from_double", "from_small", "is_double", "is_small", "kind_of",
    "set_cell", "small", "tag_of",
]  # fmt: skip
