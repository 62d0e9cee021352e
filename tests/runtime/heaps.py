"""A heap for tests of native code, and values in Python's terms."""

from __future__ import annotations

import ctypes
import functools
import struct
from collections.abc import Callable
from typing import Any

from cupola.kernel import Ptr, compile_native, i64, kernel, offsetof, sizeof, u64
from cupola.machine.memory import map_anywhere
from cupola.runtime import strings, tables
from cupola.runtime.heap import setting_up
from cupola.runtime.heap.heap import ROOTS, Heap
from cupola.runtime.heap.setting_up import space_for
from cupola.runtime.objects import (
    STRING_BYTES,
    WIDE_INTEGER,
    String,
    Table,
    WideInteger,
)
from cupola.runtime.values import (
    FALSE,
    INTEGER,
    NIL,
    OTHER,
    SHIFT,
    STRING,
    TABLE,
    TRUE,
    integer,
    reference,
)

MASK = (1 << 48) - 1


@kernel
def length_of(t: Ptr[Table]) -> i64:
    return tables.table_length(t)


@kernel
def get_integer(t: Ptr[Table], number: i64) -> i64:
    return tables.table_get_integer(t, number)


@kernel
def set_integer(heap: Ptr[Heap], t: Ptr[Table], number: i64, value: i64) -> i64:
    return tables.table_set_integer(heap, t, number, value)


@kernel
def set_up_heap(heap: Ptr[Heap], start: i64, size: i64, limit: i64) -> bool:
    return setting_up.set_up(heap, start, size, limit)


@kernel
def set_up(heap: Ptr[Heap], seed: u64) -> bool:
    return strings.set_up(heap, seed) and tables.set_up(heap)


FUNCTIONS = (
    set_up_heap,
    set_up,
    strings.make_string,
    strings.compare_strings,
    strings.concatenate,
    tables.new_table,
    tables.table_get,
    tables.table_get_string,
    tables.table_set,
    tables.table_set_string,
    tables.table_next,
    tables.next_from,
    get_integer,
    set_integer,
    length_of,
)


@functools.cache
def compiled() -> dict[str, Callable[..., Any]]:
    """The functions above by their last names."""
    found = compile_native(FUNCTIONS)
    return {name.rpartition(".")[2]: function for name, function in found.items()}


class World:
    """One heap, with values of it to and from Python: bytes are strings, what Python knows as int, float, bool and
    None are themselves, and tables are `Reference`s."""

    def __init__(
        self,
        native: dict[str, Callable[..., Any]],
        limit: int = 1 << 20,
        seed: int = 1,
        stress: bool = False,
    ) -> None:
        self.native = native
        self.memory = map_anywhere(space_for(limit))
        self.heap = ctypes.create_string_buffer(sizeof(Heap))
        self.address = ctypes.addressof(self.heap)
        assert native["set_up_heap"](self.address, self.memory.address, self.memory.size, limit)
        self.put("stress", stress)
        for place in range(ROOTS):
            self.root(place, NIL)
        self.kept: list[object] = []
        assert native["set_up"](self.address, seed)

    def root(self, place: int, value: int) -> None:
        struct.pack_into("<q", self.heap, offsetof(Heap, "roots") + 8 * place, value)

    def fail(self, allocation: int) -> bool:
        """Let the n-th allocation from now on fail (under stress); whether the last such wish came true."""
        happened = self.take("fail_at") == 0
        self.put("fail_at", allocation)
        return happened

    def put(self, field: str, number: int) -> None:
        struct.pack_into("<q", self.heap, offsetof(Heap, field), number)

    def take(self, field: str) -> int:
        return int(struct.unpack_from("<q", self.heap, offsetof(Heap, field))[0])

    def string(self, content: bytes) -> int:
        """The address of a new string, 0 for no memory."""
        return int(self.native["make_string"](self.address, content, len(content)))

    def table(self, array_size: int = 0, fields: int = 0) -> int:
        made = int(self.native["new_table"](self.address, array_size, fields))
        assert made
        return made

    def value(self, x: object) -> int:
        """The value of a Python object."""
        if x is None:
            return NIL
        if isinstance(x, bool):
            return TRUE if x else FALSE
        if isinstance(x, int):
            return integer(x) if fits_48(x) else reference(OTHER, self.wide(x))
        if isinstance(x, float):
            return int(struct.unpack("<q", struct.pack("<d", x))[0])
        if isinstance(x, bytes):
            made = self.string(x)
            assert made
            return reference(STRING, made)
        assert isinstance(x, Reference)
        return x.value

    def wide(self, number: int) -> int:
        """The address of an integer object, which Python keeps."""
        memory = ctypes.create_string_buffer(sizeof(WideInteger) + 16)
        self.kept.append(memory)
        start = -(-ctypes.addressof(memory) // 16) * 16
        ctypes.memset(start, WIDE_INTEGER, 1)
        ctypes.c_int64.from_address(start + offsetof(WideInteger, "number")).value = number
        return start

    def python(self, value: int) -> object:
        """What a value is in Python."""
        tag = value >> SHIFT
        if value in (NIL, FALSE, TRUE):
            return (None, False, True)[value - NIL]
        if tag == INTEGER:
            return (value & MASK) - ((value & 1 << 47) << 1)
        address = value & MASK
        if tag == STRING:
            return text(address)
        if tag == OTHER:
            return ctypes.c_int64.from_address(address + offsetof(WideInteger, "number")).value
        if tag == TABLE:
            return Reference(value)
        return struct.unpack("<d", struct.pack("<q", value))[0]


class Reference:
    """A value that Python knows by its bits alone."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Reference({self.value:#x})"


def fits_48(number: int) -> bool:
    return -(1 << 47) <= number < 1 << 47


def text(address: int) -> bytes:
    """The bytes of a string."""
    length = ctypes.c_int64.from_address(address + offsetof(String, "length")).value
    return ctypes.string_at(address + STRING_BYTES, length)
