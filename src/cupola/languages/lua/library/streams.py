"""Streams: buffers between the guest and files, which native code fills and empties, and the driver too.

A stream reads or writes, never both at once: `mode` says which of them native code may do. It calls the system for
plain files alone, which never keep it waiting; for terminals, pipes and devices the driver does.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    c_function,
    cast,
    i32,
    i64,
    inline,
    kernel,
    memory_copy,
    memory_move,
    null,
    pointer,
    slow,
    struct,
    u8,
    unlikely,
)
from cupola.languages.lua.stream_numbers import BLOCK, FAILED, NEITHER, READING
from cupola.runtime.objects import HOST, Host
from cupola.runtime.values import OTHER, object_of, tag_of

FROM_HERE = 1  # an offset counts from the present place
UNKNOWN = -1  # how many bytes there are is for the driver to find out


@struct
class Stream:
    """A buffer of `capacity` bytes at `bytes`; `descriptor` is that of a plain file, or -1.

    The bytes from `at` to `end` were read and not taken yet; the first `length` were written by the guest and not by
    the system, and `room` are written at once (0 before
    the first of them). The mode is NEITHER when only the driver may go on: the file is closed,
    or its bytes are not kept in a buffer; FAILED when the system did not take what was written.
    """

    mode: i64
    descriptor: i64
    bytes: Ptr[u8]
    capacity: i64
    at: i64
    end: i64
    length: i64
    room: i64


system_read = c_function("read", [i32, Ptr[u8], i64], i64)
system_seek = c_function("lseek", [i32, i64, i32], i64)
system_write = c_function("write", [i32, Ptr[u8], i64], i64)


@inline
def stream_of(value: i64) -> Ptr[Stream]:
    """The stream of a value that is a file; else null."""
    stream = null(Ptr[Stream])
    if tag_of(value) == OTHER:
        host = cast(Ptr[Host], object_of(value))
        if i64(host.header.kind) == HOST:
            stream = pointer(Ptr[Stream], host.native)
    return stream


# --- writing --------------------------------------------------------------------------------------------------------


@inline
def put(stream: Ptr[Stream], text: Ptr[u8], length: i64, skipped: i64) -> i64:
    """Add bytes but for the first `skipped` ones; how many are done then, less than `length` if the driver is to write
    what is there."""
    start = min(skipped, length)
    if unlikely(length - start > stream.room - stream.length):
        return put_slowly(stream, text, length, start)
    memory_copy(stream.bytes + stream.length, text + start, length - start)
    stream.length += length - start
    return length


@slow
def put_slowly(stream: Ptr[Stream], text: Ptr[u8], length: i64, start: i64) -> i64:
    """The same for what does not fit: whole blocks are written from where they are if the buffer is empty; else it is
    filled and written."""
    done = start
    if stream.room == 0:
        stream.room = BLOCK
    while True:
        blocks = (length - done) // BLOCK * BLOCK
        if blocks > 0 and stream.length == 0 and stream.descriptor >= 0:
            done += max(system_write(i32(stream.descriptor), text + done, blocks), 0)
        more = min(length - done, stream.room - stream.length)
        memory_copy(stream.bytes + stream.length, text + done, more)
        stream.length += more
        done += more
        if done == length or not drain(stream):
            return done


@kernel
def drain(stream: Ptr[Stream]) -> bool:
    """Write what is there to a plain file; False if that is for the driver to do."""
    if stream.descriptor < 0:
        return False
    while stream.length > 0:
        done = system_write(i32(stream.descriptor), stream.bytes, stream.length)
        if done <= 0:
            stream.mode = FAILED
            return False
        stream.length -= done
        memory_move(stream.bytes, stream.bytes + done, stream.length)
    return True


@kernel
def move_to(stream: Ptr[Stream], offset: i64, whence: i64) -> i64:
    """Go to another place of a plain file, which is returned; UNKNOWN if that is for the driver to do."""
    if stream.mode == NEITHER or stream.descriptor < 0 or not drain(stream):
        return UNKNOWN
    ahead = stream.end - stream.at if whence == FROM_HERE else i64(0)
    place = system_seek(i32(stream.descriptor), offset - ahead, i32(whence))
    if place < 0:
        return UNKNOWN  # the driver meets the same error
    stream.at = 0
    stream.end = 0
    stream.room = 0
    return place


# --- reading --------------------------------------------------------------------------------------------------------


@inline
def first_byte(stream: Ptr[Stream]) -> Ptr[u8]:
    """Where the bytes lie that were not taken yet. They move when there are more."""
    return stream.bytes + stream.at


@inline
def available(stream: Ptr[Stream]) -> i64:
    """How many bytes were not taken yet."""
    return stream.end - stream.at


@inline
def look_ahead(stream: Ptr[Stream], wanted: i64) -> i64:
    """Have so many bytes that are not taken yet, or all that the file has; how many there are, or UNKNOWN."""
    found = available(stream)
    if unlikely(found < wanted):
        found = fetch(stream, wanted)
    return found


@slow
def fetch(stream: Ptr[Stream], wanted: i64) -> i64:
    """The same by reading, from a plain file."""
    if stream.mode != READING or stream.descriptor < 0 or wanted > stream.capacity:
        return UNKNOWN
    if stream.at > 0:
        memory_move(stream.bytes, first_byte(stream), available(stream))
        stream.end -= stream.at
        stream.at = 0
    while stream.end < wanted:
        missing = (wanted - stream.end + BLOCK - 1) // BLOCK * BLOCK
        free = stream.capacity - stream.end
        found = system_read(i32(stream.descriptor), stream.bytes + stream.end, min(missing, free))
        if found < 0:
            return UNKNOWN  # the driver meets the same error
        if found == 0:
            break
        stream.end += found
    return stream.end
