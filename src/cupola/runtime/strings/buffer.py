"""A buffer for building strings whose length is not known before: memory on the heap that doubles.

    buffer = local(Buffer)
    if not begin(buffer, heap, 100): there is no memory
    if not append(buffer, bytes, length): there is no memory
    string = finish(buffer)

The memory is garbage after `finish`. As the collector does not run inside native functions, nothing needs to know of a
buffer while it is filled.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, memory_copy, null, slow, struct, u8, unlikely
from cupola.runtime.heap.heap import Heap, allocate_bytes
from cupola.runtime.objects import BYTES, BYTES_START, Bytes, String
from cupola.runtime.strings.intern import make_string


@struct
class Buffer:
    """`length` bytes so far, and room for `capacity`."""

    heap: Ptr[Heap]
    bytes: Ptr[u8]
    length: i64
    capacity: i64


@kernel
def begin(buffer: Ptr[Buffer], heap: Ptr[Heap], capacity: i64) -> bool:
    """An empty buffer with room for so many bytes; False if there is no memory."""
    buffer.heap = heap
    buffer.length = 0
    buffer.capacity = 0
    return grow(buffer, capacity)


@slow
def grow(buffer: Ptr[Buffer], capacity: i64) -> bool:
    """Move the bytes to more memory."""
    made = cast(Ptr[Bytes], allocate_bytes(buffer.heap, BYTES, BYTES_START + max(capacity, 16)))
    if made == null(Ptr[Bytes]):
        return False
    made.size = capacity
    bytes = cast(Ptr[u8], made) + BYTES_START
    if buffer.length > 0:
        memory_copy(bytes, buffer.bytes, buffer.length)
    buffer.bytes = bytes
    buffer.capacity = capacity
    return True


@inline
def reserve(buffer: Ptr[Buffer], more: i64) -> bool:
    """Make sure that there is room for so many more bytes, which the caller may write and add to `length`."""
    needed = buffer.length + more
    if unlikely(needed > buffer.capacity):
        return grow(buffer, max(needed, 2 * buffer.capacity))
    return True


@inline
def append(buffer: Ptr[Buffer], bytes: Ptr[u8], length: i64) -> bool:
    """Add bytes; False if there is no memory."""
    if unlikely(not reserve(buffer, length)):
        return False
    memory_copy(buffer.bytes + buffer.length, bytes, length)
    buffer.length += length
    return True


@inline
def append_byte(buffer: Ptr[Buffer], byte: u8) -> bool:
    """Add one byte; False if there is no memory."""
    if unlikely(not reserve(buffer, 1)):
        return False
    buffer.bytes[buffer.length] = byte
    buffer.length += 1
    return True


@kernel
def finish(buffer: Ptr[Buffer]) -> Ptr[String]:
    """The string of all bytes, or null."""
    return make_string(buffer.heap, buffer.bytes, buffer.length)
