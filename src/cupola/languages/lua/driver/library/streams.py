"""Files as programs see them: how they are opened and closed, and what is read from them by formats."""

from __future__ import annotations

import contextlib
import errno
import os
import sys

from cupola.languages.lua.driver.library.buffers import (
    CAPACITY,
    LARGE,
    NO_BUFFER,
    Buffered,
    Descriptor,
)
from cupola.languages.lua.driver.stream_memory import output_place
from cupola.languages.lua.stream_numbers import BLOCK, LONGEST_NUMERAL

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

SPACE = b" \t\n\v\f\r"
FLAGS = {
    b"r": os.O_RDONLY,
    b"w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    b"a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
    b"r+": os.O_RDWR,
    b"w+": os.O_RDWR | os.O_CREAT | os.O_TRUNC,
    b"a+": os.O_RDWR | os.O_CREAT | os.O_APPEND,
}


class File(Buffered):
    """An open file, a pipe to a command, or a standard stream of the process.

    `standard` ones are not closed; of a pipe `process` is the other end.
    """

    __slots__ = ("closed", "process", "standard")

    def __init__(
        self,
        vm: LuaVM,
        raw: Any,
        reads: bool,
        writes: bool,
        number: int = -1,
        standard: bool = False,
        process: Any = None,
    ) -> None:
        self.closed = True
        super().__init__(vm, raw, reads, writes, number)
        self.standard = standard
        self.process = process
        self.closed = False

    def __del__(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Nobody in the guest has it any more."""
        if self.closed or self.standard:
            return
        try:
            self.close()
        except OSError:
            self.closed = True  # there is nobody to tell

    def close(self) -> int | None:
        """Close it; how the command of a pipe ended."""
        self.closed = True
        try:
            self.end()
        finally:
            status = None if self.process is None else self.process.wait()
        return status

    # --- reading: None at the end of the file -----------------------------------------------------------------------

    def line(self, keep: bool) -> bytes | None:
        """The next line, with its end if that is to be kept."""
        self.begin_reading()
        parts: list[bytes] = []
        length = 0
        while True:
            ahead = self.ahead()
            place = ahead.find(b"\n")
            if place >= 0:
                self.stream.at += place + 1
                parts.append(ahead[: place + keep])
                break
            parts.append(self.take(len(ahead)))
            length += len(ahead)
            if not self.fill(CAPACITY if length >= CAPACITY else BLOCK):
                break
            self._check(length)
        return b"".join(parts) if length or ahead else None

    def all(self) -> bytes:
        """All that is left."""
        self.begin_reading()
        if self.stream.descriptor >= 0:
            self.give_back()  # so that it is one piece
        parts = [self.take(CAPACITY)]
        length = len(parts[0])
        while found := self.read_raw(self._rest()):
            parts.append(found)
            length += len(found)
            self._check(length)
        return parts[-1] if len(parts[-1]) == length else b"".join(parts)

    def _rest(self) -> int:
        """How much to ask for when all is wanted: a plain file is known to have so much and no more."""
        number = self.stream.descriptor
        if number < 0:
            return LARGE
        rest = os.fstat(number).st_size - os.lseek(number, 0, os.SEEK_CUR)
        self._check(rest)
        return max(rest, LARGE)

    def some(self, count: int) -> bytes | None:
        """Up to `count` bytes; of 0, whether there are any more."""
        self.begin_reading()
        if count == 0:
            return b"" if self._next() else None
        if count < 0:
            raise MemoryError("in C, it is a size, which is too large")
        parts: list[bytes] = []
        missing = count
        while missing > 0:
            found = self.take(missing)
            if not found and missing >= BLOCK:
                found = self.read_raw(min(missing // BLOCK * BLOCK, LARGE))
            elif not found and self.fill():
                continue
            if not found:
                break
            parts.append(found)
            missing -= len(found)
            self._check(count - missing)
        return b"".join(parts) if parts else None

    def _check(self, length: int) -> None:
        """Raises MemoryError if so many bytes are more than the guest may have."""
        if length > self.vm.heap.limit:
            raise MemoryError("the memory limit of this Lua system is reached")

    def numeral(self) -> bytes:
        """The longest text at the place that begins like a number."""
        self.begin_reading()
        while (letter := self._next()) and letter in SPACE:
            self.take(1)
        return _Numeral(self).read()

    def _next(self) -> bytes:
        """The next byte, which stays."""
        if self.stream.at == self.stream.end and not self.fill():
            return b""
        return self.ahead()[:1]


class _Numeral:
    """Reads a numeral byte by byte."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.text = bytearray()
        self.is_good = True

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
        return bytes(self.text) if self.is_good else b""

    def one_of(self, letters: bytes) -> bool:
        """Take the next byte if it is one of these."""
        letter = self.file._next()
        if not letter or letter not in letters:
            return False
        if len(self.text) >= LONGEST_NUMERAL:
            self.is_good = False
            return False
        self.text += self.file.take(1)
        return True

    def all_of(self, letters: bytes) -> int:
        """Take all bytes that are one of these; how many."""
        count = 0
        while self.one_of(letters):
            count += 1
        return count


# --- what files are made of -----------------------------------------------------------------------------------------


def opened(vm: LuaVM, path: bytes, mode: bytes) -> File:
    """A file of the system, in a mode of FLAGS. Raises OSError."""
    number = os.open(path, FLAGS[mode], 0o666)
    if mode == b"a":
        with contextlib.suppress(OSError):
            os.lseek(number, 0, os.SEEK_END)
    file = File(vm, Descriptor(number), mode == b"r" or b"+" in mode, mode != b"r", number)
    return ready(file)


def ready(file: File) -> File:
    """A file that native code may begin with."""
    if file.reads:
        file.begin_reading()
    else:
        file.begin_writing()
    return file


class Printed:
    """Where the standard output of a VM goes."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm

    def write(self, data: memoryview) -> int:
        self.vm.output.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Let it be seen."""
        self.vm.flush()

    def seek(self, offset: int, whence: int) -> int:
        """A file has places, a terminal has none."""
        self.vm.flush()
        stream = self.vm.output.stream
        if stream is None:
            raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
        return os.lseek(stream.fileno(), offset, whence)


class StandardOutput(File):
    """The file to which `print` writes: its buffer is the VM's, and is always used."""

    __slots__ = ()

    def __init__(self, vm: LuaVM) -> None:
        super().__init__(vm, Printed(vm), False, True, standard=True)
        self.stream, self.place = vm.printed, output_place(vm)

    def set_buffering(self, wanted: bytes) -> None:
        self.flush()
        self.buffering = wanted


def standard_error(vm: LuaVM) -> File:
    """The process's standard error."""
    file = File(vm, getattr(sys.stderr, "buffer", sys.stderr), False, True, standard=True)
    file.buffering = NO_BUFFER
    return file


class Given:
    """The standard input of a VM, which has a buffer of its own."""

    def __init__(self, vm: LuaVM, stream: Any) -> None:
        self.vm = vm
        self.stream = stream
        self.read_some = getattr(stream, "read1", stream.read)

    def read(self, count: int) -> bytes:
        """What there is, at most so many bytes."""
        self.vm.flush()  # a question stands before its answer
        found: bytes = self.read_some(count)
        return found

    def seek(self, offset: int, whence: int) -> int:
        if not self.stream.seekable():
            raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
        place: int = self.stream.seek(offset, whence)
        return place

    def flush(self) -> None:
        """Nothing is written."""


def standard_input(vm: LuaVM) -> File:
    """What a VM reads: what it was given, or the process's standard input."""
    if vm.standard_input is None:
        stream = sys.stdin.buffer if vm.input is None else getattr(vm.input, "buffer", vm.input)
        vm.standard_input = File(vm, Given(vm, stream), True, False, standard=True)
    return vm.standard_input
