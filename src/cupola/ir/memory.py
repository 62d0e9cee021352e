"""Memories for the evaluator: the real one of the process, and a sandbox of regions with checked bounds."""

from __future__ import annotations

import ctypes
import struct
from bisect import bisect_right

from cupola.ir.types import Type

_LAYOUTS = {"f32": "<f", "f64": "<d"}


class OutOfBounds(Exception):
    """An access that no region of a sandbox contains."""


class Memory:
    """What the operations on memory need; a subclass says how bytes are read and written."""

    def read(self, address: int, size: int) -> bytes:
        raise OutOfBounds(f"{size} bytes at {address:#x}: there is no memory")

    def write(self, address: int, content: bytes) -> None:
        raise OutOfBounds(f"{len(content)} bytes at {address:#x}: there is no memory")

    def allocate(self, size: int) -> int:
        """The address of `size` new bytes, aligned to 16, that live until `release`."""
        raise OutOfBounds(f"cannot allocate {size} bytes: there is no memory")

    def release(self, address: int) -> None:
        """Give back what `allocate` gave."""

    def load(self, type: Type, address: int) -> int | float:
        content = self.read(address, type.bytes)
        if type.is_float:
            value: float = struct.unpack(_LAYOUTS[type.name], content)[0]
            return value
        return int.from_bytes(content, "little")

    def store(self, type: Type, address: int, value: int | float) -> None:
        if type.is_float:
            self.write(address, struct.pack(_LAYOUTS[type.name], value))
        else:
            self.write(address, int(value).to_bytes(type.bytes, "little"))

    def copy(self, to: int, source: int, size: int) -> None:
        if size:
            self.write(to, self.read(source, size))

    def fill(self, address: int, value: int, size: int) -> None:
        if size:
            self.write(address, bytes([value]) * size)

    def compare(self, left: int, right: int, size: int) -> int:
        """-1, 0 or 1 as an i32."""
        one, two = (self.read(left, size), self.read(right, size)) if size else (b"", b"")
        return 1 if one > two else 0xFFFF_FFFF if one < two else 0


class NativeMemory(Memory):
    """The memory of this process. A wrong address kills it, as it would kill native code."""

    def __init__(self) -> None:
        self._kept: dict[int, ctypes.Array[ctypes.c_char]] = {}

    def read(self, address: int, size: int) -> bytes:
        return ctypes.string_at(address, size)

    def write(self, address: int, content: bytes) -> None:
        ctypes.memmove(address, content, len(content))

    def allocate(self, size: int) -> int:
        buffer = (ctypes.c_char * (size + 16))()
        address = (ctypes.addressof(buffer) + 15) & ~15
        self._kept[address] = buffer
        return address

    def release(self, address: int) -> None:
        del self._kept[address]


class SandboxMemory(Memory):
    """Regions at addresses that start at `base`, with gaps between; anything outside is OutOfBounds."""

    GAP = 64

    def __init__(self, base: int = 0x10000) -> None:
        self._next = base
        self._starts: list[int] = []
        self._regions: dict[int, bytearray] = {}

    def allocate(self, size: int) -> int:
        address = self._next
        self._next = (address + size + self.GAP + 15) & ~15
        self._starts.append(address)  # addresses only grow, so the list stays sorted
        self._regions[address] = bytearray(size)
        return address

    def release(self, address: int) -> None:
        self._starts.remove(address)
        del self._regions[address]

    def region(self, address: int) -> bytearray:
        """The bytes of the region that was allocated at `address`."""
        return self._regions[address]

    def _find(self, address: int, size: int) -> tuple[bytearray, int]:
        place = bisect_right(self._starts, address) - 1
        if place >= 0:
            start = self._starts[place]
            region = self._regions[start]
            if address + size <= start + len(region):
                return region, address - start
        raise OutOfBounds(f"{size} bytes at {address:#x} lie in no region of the sandbox")

    def read(self, address: int, size: int) -> bytes:
        region, offset = self._find(address, size)
        return bytes(region[offset : offset + size])

    def write(self, address: int, content: bytes) -> None:
        region, offset = self._find(address, len(content))
        region[offset : offset + len(content)] = content
