"""Open files with their buffers, which native code reads and writes, too (`lua.library.streams`).

The rules are those of C's streams: what was written goes to the system in blocks, before anything is read, and when the
file is closed; what was read ahead is given back before anything is written.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat

from cupola.languages.lua.stream_numbers import BLOCK, FAILED, NEITHER, READING, WRITING

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

CAPACITY = 1 << 16  # of a buffer
LARGE = 1 << 20  # bytes that are read at once where many are wanted
MOST_SPARE = 8
NO_BUFFER, LINES, FULL = b"no", b"line", b"full"

_spare: list[Any] = []  # buffers of files that were closed


class Descriptor:
    """A file of the system, by its number."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def read(self, count: int) -> bytes:
        return os.read(self.number, count)

    def write(self, data: memoryview) -> int:
        return os.write(self.number, data)

    def seek(self, offset: int, whence: int) -> int:
        return os.lseek(self.number, offset, whence)

    def flush(self) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        os.close(self.number)


class Buffered:
    """A file with a buffer. `raw` is what it is read from and written to: a `Descriptor`, or what does the same;
    `number` its descriptor, if it has one. `stream` is what native code knows of it, and lies at `place`."""

    __slots__ = ("buffer", "buffering", "place", "raw", "reads", "stream", "vm", "writes")

    def __init__(self, vm: LuaVM, raw: Any, reads: bool, writes: bool, number: int = -1) -> None:
        self.vm = vm
        self.raw = raw
        self.reads, self.writes = reads, writes
        self.buffering = FULL
        self.buffer: Any = None
        self.stream: Any = vm.streams()
        self.place = ctypes.addressof(self.stream)
        is_plain = number >= 0 and stat.S_ISREG(os.fstat(number).st_mode)
        self.stream.descriptor = number if is_plain else -1

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Write bytes. Raises OSError."""
        if not data:
            return
        self.begin_writing()
        if self.buffering is LINES and (place := data.rfind(b"\n")) >= 0:
            self._keep(memoryview(data)[: place + 1])
            with contextlib.suppress(OSError):  # as C does: it is in the buffer, and so it is written
                self.flush()
            data = data[place + 1 :]
        self._keep(memoryview(data))
        if self.buffering is NO_BUFFER:
            self.flush()

    def begin_writing(self) -> None:
        """Have a buffer for what is written. Raises OSError."""
        if not self.writes:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        stream = self.stream
        if stream.mode == WRITING:
            return
        if stream.mode == FAILED:
            self.drain()  # which fails again
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.give_back()
        stream.at = stream.end = 0
        self._have_buffer()
        if stream.mode != NEITHER:
            stream.room = 0
        stream.mode = WRITING if self.buffering is FULL else NEITHER

    def _keep(self, data: memoryview) -> None:
        """Put bytes into the buffer; first, if they do not fit, write what fills it, and whole blocks."""
        stream = self.stream
        free = stream.room - stream.length
        stream.room = stream.room or BLOCK
        if len(data) > free:
            self._put(data[:free])
            self.drain()
            data = data[free:]
            blocks = len(data) // BLOCK * BLOCK
            self._send(data[:blocks])
            data = data[blocks:]
        self._put(data)

    def _put(self, data: memoryview) -> None:
        stream = self.stream
        ctypes.memmove(stream.bytes + stream.length, bytes(data), len(data))
        stream.length += len(data)

    def drain(self) -> None:
        """Give the system what was written; what it does not take is lost. Raises OSError."""
        stream = self.stream
        if stream.mode == FAILED:
            stream.mode = NEITHER
        if stream.length:
            data = ctypes.string_at(stream.bytes, stream.length)
            stream.length = 0
            self._send(memoryview(data))

    def _send(self, data: memoryview) -> None:
        while data:  # the system may take a part
            data = data[self.raw.write(data) :]

    def flush(self) -> None:
        """Let the system know of all that was written, and of the place up to which was read. Raises OSError."""
        self.drain()
        self.give_back()
        self.raw.flush()

    # --- reading ----------------------------------------------------------------------------------------------------

    def begin_reading(self) -> None:
        """Have a buffer for what is read. Raises OSError."""
        if not self.reads:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self.drain()
        self._have_buffer()
        self.stream.room = 0
        self.stream.mode = READING

    def fill(self, wanted: int = BLOCK) -> bool:
        """Read more behind what is in the buffer, which must not be full; whether there was any. Pipes and devices give
        what they have, which is not waited for. Raises OSError."""
        stream = self.stream
        unread = stream.end - stream.at
        if stream.at:
            ctypes.memmove(stream.bytes, stream.bytes + stream.at, unread)
            stream.at, stream.end = 0, unread
        free = CAPACITY - unread
        data = self.read_raw(min(wanted, free) if stream.descriptor >= 0 else free)
        ctypes.memmove(stream.bytes + unread, data, len(data))
        stream.end = unread + len(data)
        return bool(data)

    def read_raw(self, count: int) -> bytes:
        """Up to so many bytes from behind the buffer, as many as there are now. Raises OSError, LimitReached."""
        found: bytes = self.raw.read(count)
        self.vm.look_around()
        return found

    def ahead(self) -> bytes:
        """What is in the buffer to be read."""
        stream = self.stream
        return ctypes.string_at(stream.bytes + stream.at, stream.end - stream.at)

    def take(self, most: int) -> bytes:
        """Up to so many bytes of that, which are read then."""
        stream = self.stream
        found = ctypes.string_at(stream.bytes + stream.at, min(stream.end - stream.at, most))
        stream.at += len(found)
        return found

    def give_back(self) -> None:
        """What was read ahead was not read."""
        stream = self.stream
        unread = stream.end - stream.at
        if unread:
            try:
                self.raw.seek(-unread, os.SEEK_CUR)
            except OSError:
                return  # it has no places
        stream.at = stream.end = 0

    # --- places, buffers, the end -----------------------------------------------------------------------------------

    def seek(self, offset: int, whence: int) -> int:
        """Go to another place; which it is. Raises OSError."""
        self.drain()
        stream = self.stream
        if whence == os.SEEK_CUR:
            offset -= stream.end - stream.at
        place: int = self.raw.seek(offset, whence)
        stream.at = stream.end = 0
        if stream.length == 0 and self.buffer is not None:
            stream.room = 0
        return place

    def set_buffering(self, wanted: bytes) -> None:
        """Write at once, at the ends of lines, or when the buffer is full. Raises OSError."""
        self.drain()
        self.buffering = wanted
        if self.stream.mode == WRITING:
            self.stream.mode = NEITHER  # `begin_writing` knows

    def _have_buffer(self) -> None:
        if self.buffer is None:
            self.buffer = _spare.pop() if _spare else ctypes.create_string_buffer(CAPACITY)
            self.stream.bytes = ctypes.addressof(self.buffer)
            self.stream.capacity = CAPACITY

    def end(self) -> None:
        """Write what is left, and close. Raises OSError."""
        stream = self.stream
        try:
            self.drain()
        finally:
            stream.mode = NEITHER
            stream.bytes = stream.at = stream.end = stream.room = stream.capacity = 0
            if self.buffer is not None and len(_spare) < MOST_SPARE:
                _spare.append(self.buffer)
            self.buffer = None
            self.raw.close()
