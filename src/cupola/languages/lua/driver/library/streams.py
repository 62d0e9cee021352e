"""Files as programs see them: streams of bytes, and what is read from them by formats."""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

LONGEST_NUMERAL = 200
PIECE = 1 << 20  # bytes that are read at once
SPACE = b" \t\n\v\f\r"
NO_BUFFER, LINES, FULL = b"no", b"line", b"full"


class File:
    """An open file, a pipe to a command, or a standard stream of the process.

    `raw` is Python's buffered file of bytes. `standard` ones are not closed; of a pipe `process` is the other end.
    """

    __slots__ = ("buffering", "closed", "process", "raw", "standard")

    def __init__(self, raw: Any, standard: bool = False, process: Any = None) -> None:
        self.raw = raw
        self.standard = standard
        self.process = process
        self.closed = False
        self.buffering = FULL

    def let_go(self) -> None:
        """Nobody in the guest has it any more."""
        if self.standard or self.closed:
            return
        try:
            self.close()
        except OSError:
            self.closed = True  # there is nobody to tell

    def close(self) -> int | None:
        """Close it; how the command of a pipe ended."""
        self.closed = True
        try:
            self.raw.close()
        finally:
            status = None if self.process is None else self.process.wait()
        return status

    def write(self, data: bytes) -> None:
        """Write bytes. Raises OSError."""
        self.raw.write(data)
        if self.buffering is NO_BUFFER or (self.buffering is LINES and b"\n" in data):
            self.raw.flush()

    # --- reading: None at the end of the file -----------------------------------------------------------------------

    def line(self, most: int, *, keep: bool) -> bytes | None:
        """The next line, with its end if that is to be kept. Raises MemoryError if it has more than `most` bytes."""
        found: bytes = self.raw.readline(most + 1)
        if not found:
            return None
        if len(found) > most:
            raise MemoryError("a line is longer than a string can be")
        return found if keep else found.removesuffix(b"\n")

    def all(self, most: int) -> bytes:
        """All that is left. Raises MemoryError if it has more than `most` bytes."""
        return self._pieces(most + 1, most)

    def some(self, count: int, most: int) -> bytes | None:
        """Up to `count` bytes; of 0, whether there are any more. Raises MemoryError if there are more than `most`."""
        if count == 0:
            return b"" if self._next() else None
        if count < 0:
            raise MemoryError("C takes negative numbers for huge ones")
        return self._pieces(min(count, most + 1), most) or None

    def _pieces(self, count: int, most: int) -> bytes:
        """Up to so many bytes, read piece by piece: room for all of them may be more than there is."""
        found: bytes = self.raw.read(min(count, PIECE))
        if len(found) < PIECE:
            return found
        pieces, length = [found], len(found)
        while found and length < count:
            found = self.raw.read(min(count - length, PIECE))
            pieces.append(found)
            length += len(found)
        if length > most:
            raise MemoryError("a file has more bytes than a string can")
        return b"".join(pieces)

    def numeral(self) -> bytes:
        """The longest text at the place that begins like a number."""
        while (letter := self._next()) and letter in SPACE:
            self.raw.read(1)
        return _Numeral(self).read()

    def _next(self) -> bytes:
        """The next byte, which stays."""
        if not hasattr(self.raw, "peek"):  # it is only written
            self.raw.read(1)
        found: bytes = self.raw.peek(1)[:1]
        return found


class _Numeral:
    """Reads a numeral byte by byte."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.text = bytearray()

    def read(self) -> bytes:
        digits, exponent = b"0123456789", b"eE"
        self.one_of(b"+-")
        count = 0
        if self.one_of(b"0"):
            if self.one_of(b"xX"):
                digits, exponent = b"0123456789abcdefABCDEF", b"pP"
            else:
                count = 1
        count += self.all_of(digits)
        if self.one_of(b"."):
            count += self.all_of(digits)
        if count and self.one_of(exponent):
            self.one_of(b"+-")
            self.all_of(b"0123456789")
        return bytes(self.text) if len(self.text) < LONGEST_NUMERAL else b""

    def one_of(self, letters: bytes) -> bool:
        """Take the next byte if it is one of these."""
        letter = self.file._next()
        if not letter or letter not in letters or len(self.text) >= LONGEST_NUMERAL:
            return False
        self.text += self.file.raw.read(1)
        return True

    def all_of(self, letters: bytes) -> int:
        """Take all bytes that are one of these; how many."""
        count = 0
        while self.one_of(letters):
            count += 1
        return count


class Printed:
    """The standard output of a VM as a file: what is written goes where `print` writes."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm

    def write(self, data: bytes) -> None:
        """Write after what was printed before."""
        self.vm.pour()
        self.vm.output.write(data)

    def flush(self) -> None:
        """Let it be seen."""
        self.vm.flush()

    def seek(self, offset: int, whence: int) -> int:
        """A file has places, a terminal has none."""
        self.vm.flush()
        stream = self.vm.output.stream
        if stream is None:
            raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
        place: int = os.lseek(stream.fileno(), offset, whence)
        return place

    def read(self, count: int = -1) -> bytes:
        """Nothing can be read."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    readline = peek = read


def standard_input(vm: LuaVM) -> Any:
    """The stream that a VM reads: what it was given, or the process's, as a buffered file of bytes."""
    if vm.input is None:
        return sys.stdin.buffer
    return getattr(vm.input, "buffer", vm.input)
