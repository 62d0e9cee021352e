"""One open file: the window of it that lies in a buffer of the VM, as the driver fills and writes it.

`files` has the native side of the same records and buffers, and explains them. Reading and writing raise OSError.
"""

from __future__ import annotations

import os
import stat

from cupola.languages.forth.constants import FILE_BUFFER_BYTES, READABLE, SEEKABLE, SERVED, WRITABLE

ID, ACCESS, OFFSET, NEXT, END, DIRTY_FROM, DIRTY_TO = range(
    7
)  # the fields of a record, as `files.File` has them
BOTH = READABLE | WRITABLE


class OpenFile:
    """One open file, and its record and buffer in the VM's memory.

    `record` (eight cells) and `buffer` are views of that memory: close the file before the VM.
    """

    __slots__ = ("access", "buffer", "fd", "path", "record", "seekable")

    def __init__(self, fd: int, path: str, access: int, record: memoryview, buffer: memoryview) -> None:
        self.fd = fd
        self.path = path
        self.access = access
        self.record = record
        self.buffer = buffer
        self.seekable = stat.S_ISREG(os.fstat(fd).st_mode) or stat.S_ISBLK(os.fstat(fd).st_mode)

    def open(self, id: int) -> None:
        """Let the program have it under this id. What is read and written and has no positions has no buffer."""
        record = self.record
        record[ACCESS] = self.access | SEEKABLE * self.seekable
        if not self.seekable and self.access == BOTH:
            record[ACCESS] |= SERVED
        for field in (OFFSET, NEXT, END, DIRTY_FROM, DIRTY_TO):
            record[field] = 0
        record[ID] = id

    def write_out(self) -> None:
        """Write what the program wrote into the buffer to the file."""
        record = self.record
        first, last = record[DIRTY_FROM], record[DIRTY_TO]
        if first < last:
            record[DIRTY_FROM] = record[DIRTY_TO] = 0
            self._write(self.buffer[first:last], record[OFFSET] + first)

    def _write(self, data: memoryview, position: int) -> None:
        while data:
            done = os.pwrite(self.fd, data, position) if self.seekable else os.write(self.fd, data)
            position += done
            data = data[done:]

    def _read(self, into: memoryview, position: int) -> int:
        if self.seekable:
            return os.preadv(self.fd, [into], position)
        return os.readv(self.fd, [into])

    def start_over(self) -> None:
        """Let the window begin, empty, where reading and writing go on."""
        self.write_out()
        record = self.record
        record[OFFSET] += record[NEXT]
        record[NEXT] = record[END] = 0

    def fill(self) -> int:
        """Read on behind what is in the buffer, which moves to its front; the bytes read, 0 at the end of the file."""
        self.write_out()
        record, buffer = self.record, self.buffer
        first, last = record[NEXT], record[END]
        if first:
            buffer[: last - first] = bytes(buffer[first:last])
            record[OFFSET] += first
            record[NEXT], record[END] = 0, last - first
        read = self._read(buffer[record[END] :], record[OFFSET] + record[END])
        record[END] += read
        return read

    def read(self, into: memoryview) -> int:
        """Read as many bytes as there is room for, or as there are."""
        record = self.record
        done = 0
        while done < len(into):
            here = min(record[END] - record[NEXT], len(into) - done)
            if here:
                into[done : done + here] = self.buffer[record[NEXT] : record[NEXT] + here]
                record[NEXT] += here
                done += here
            elif len(into) - done >= FILE_BUFFER_BYTES:
                self.start_over()
                read = self._read(into[done:], record[OFFSET])
                record[OFFSET] += read
                done += read
                if not read:
                    break
            elif not self.fill():
                break
        return done

    def read_line(self, into: memoryview) -> tuple[int, bool]:
        """Read a line without its end, at most as long as there is room for; false at the end of the file."""
        record = self.record
        done = 0
        while True:
            room = len(into) - done
            seen = bytes(self.buffer[record[NEXT] : min(record[END], record[NEXT] + room + 1)])
            size = seen.find(b"\n")
            if size >= 0:
                used = size + 1
                if seen[size - 1 : size] == b"\r":
                    size -= 1
                elif size == room:
                    used = size  # its end is the next line
            elif len(seen) > room:
                size = used = room
            elif record[END] - record[NEXT] == FILE_BUFFER_BYTES:
                size = used = FILE_BUFFER_BYTES - 1  # the last may be half of CR LF
            elif self.fill():
                continue
            else:
                size = used = len(seen)
                if done + size == 0:
                    return 0, False
            into[done : done + size] = seen[:size]
            record[NEXT] += used
            done += size
            if used != FILE_BUFFER_BYTES - 1 or room <= used:
                return done, True

    def write(self, data: bytes) -> None:
        """Write all of it, through the buffer if that pays."""
        record = self.record
        if len(data) > FILE_BUFFER_BYTES - record[NEXT]:
            self.start_over()
        if len(data) > FILE_BUFFER_BYTES or record[ACCESS] & SERVED:
            self._write(memoryview(data), record[OFFSET])
            record[OFFSET] += len(data)
            return
        first = record[NEXT]
        last = first + len(data)
        self.buffer[first:last] = data
        clean = record[DIRTY_FROM] == record[DIRTY_TO]
        record[DIRTY_FROM] = first if clean else min(first, record[DIRTY_FROM])
        record[DIRTY_TO] = max(last, record[DIRTY_TO])
        record[NEXT] = last
        record[END] = max(last, record[END])

    def close(self) -> None:
        """Write what is in the buffer, and close, whether or not the writing worked."""
        self.record[ID] = 0
        try:
            self.write_out()
        finally:
            self.record.release()
            self.buffer.release()
            os.close(self.fd)
