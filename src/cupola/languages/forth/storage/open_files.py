"""The files that a Forth program has open: what the driver does for the FILE words.

What may be touched: which THROW code (ior) a failure is, and what is said about it. `files` has the native side, and
explains the records and buffers, which both sides use.

An ior is -38 for a file that does not exist, -36 for a position that no file has, -37 for what Cupola refuses, and
the code that Forth-2012 gives to the word (-62 to -76) for all other reasons of the system. The reason is kept, and
told if the program throws the ior.
"""

from __future__ import annotations

import os
import stat
import sys

from cupola.languages.forth.constants import (
    DATA_OFFSET,
    FILE_BUFFER_BYTES,
    FILE_BUFFERS_OFFSET,
    FILE_OPERATIONS,
    FILE_RECORD_BYTES,
    FILE_SLOTS,
    FILES_OFFSET,
    LOW,
    MASK,
    OPEN_FILES,
    READABLE,
    SLOT_BITS,
    SLOT_MASK,
    STANDARD_ERROR,
    STANDARD_INPUT,
    STANDARD_OUTPUT,
    WRITABLE,
)
from cupola.languages.forth.driver.loading import BAD_FILE, FILE_ERROR, LoadError, forbidden, reason
from cupola.languages.forth.driver.messages import MESSAGES
from cupola.languages.forth.storage.file_buffers import BOTH, NEXT, OFFSET, OpenFile

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

BAD_POSITION = -36
FLAGS = {READABLE: os.O_RDONLY, WRITABLE: os.O_WRONLY, BOTH: os.O_RDWR}
STREAMS = {STANDARD_INPUT: "stdin", STANDARD_OUTPUT: "stdout", STANDARD_ERROR: "stderr"}
# The code of each word, by its name, which is its message.
CODES = {text.lower(): code for code, text in MESSAGES.items()}
NAMED = ("delete-file", "rename-file", "file-status")
OPENING = ("open-file", "create-file")


class Refused(Exception):
    """A file operation that Cupola does not do; `code` is its ior."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class OpenFiles:
    """All files that one VM has open. It does not hold the VM, which is given to each operation: the VM holds it."""

    def __init__(self) -> None:
        self.files: dict[int, OpenFile] = {}  # by id
        self.opened = 0  # how many there were: part of an id

    # --- what a run needs ----------------------------------------------------------------------------------------

    def write_out(self) -> str:
        """Write what is in the buffers; what could not be written, for people."""
        lost = []
        for file in self.files.values():
            try:
                file.write_out()
            except OSError as error:
                lost.append(reason(file.path, error))
        return "; ".join(lost)

    def close(self) -> str:
        """Close all; what could not be written, for people."""
        lost = []
        for file in self.files.values():
            try:
                file.close()
            except OSError as error:
                lost.append(reason(file.path, error))
        self.files.clear()
        return "; ".join(lost)

    def take_rest(self, vm: ForthVM, id: int) -> tuple[str, bytes]:
        """The name of an open file and what was not read of it; the file is closed. Raises LoadError."""
        try:
            file = self._get(id, READABLE)
            into = bytearray(vm.data_bytes)
            size = file.read(memoryview(into))
            self._close(id)
        except Refused as error:
            vm.reasons[error.code] = str(error)
            raise LoadError(error.code) from None
        except OSError as error:
            vm.reasons[FILE_ERROR] = reason("an open file", error)
            raise LoadError(FILE_ERROR) from None
        return file.path, bytes(into[:size])

    # --- files by id ---------------------------------------------------------------------------------------------

    def _get(self, id: int, access: int = 0) -> OpenFile:
        file = self.files.get(id)
        if file is None:
            name = STREAMS.get(id)
            raise Refused(
                FILE_ERROR, f"{name} cannot do that" if name else f"{id} is not the id of an open file"
            )
        if file.access & access != access:
            raise Refused(
                FILE_ERROR, f"{file.path!r} was not opened to {'read' if access == READABLE else 'write'}"
            )
        return file

    def _open(self, vm: ForthVM, name: str, access: int, flags: int) -> int:
        access &= BOTH
        if access not in FLAGS:
            raise Refused(
                FILE_ERROR, f"{name!r}: expected R/O, W/O or R/W as the way to open it, found {access}"
            )
        self._check_allowed(vm, name, access != READABLE or flags != 0)
        used = {id & SLOT_MASK for id in self.files}
        slot = next((each for each in range(len(STREAMS), FILE_SLOTS) if each not in used), None)
        if slot is None:
            raise Refused(
                FILE_ERROR, f"{name!r}: {OPEN_FILES} files are open, which is the limit: close some"
            )
        fd = os.open(name, FLAGS[access] | flags, 0o666)
        try:
            if stat.S_ISDIR(os.fstat(fd).st_mode):
                raise IsADirectoryError(21, "Is a directory", name)
            view = vm.memory.view
            place = FILES_OFFSET + slot * FILE_RECORD_BYTES
            record = view[place : place + FILE_RECORD_BYTES].cast("q")
            place = FILE_BUFFERS_OFFSET + slot * FILE_BUFFER_BYTES
            file = OpenFile(fd, name, access, record, view[place : place + FILE_BUFFER_BYTES])
        except BaseException:
            os.close(fd)
            raise
        self.opened += 1
        id = (self.opened + 1) << SLOT_BITS | slot
        file.open(id)
        self.files[id] = file
        return id

    def _close(self, id: int) -> None:
        file = self._get(id)
        del self.files[id]
        file.close()

    def _check_allowed(self, vm: ForthVM, name: str, writing: bool) -> None:
        refusal = forbidden(vm, name, writing)
        if refusal:
            raise Refused(FILE_ERROR, refusal)

    # --- the words: each gives the cells below its ior -------------------------------------------------------------

    def open_file(self, vm: ForthVM, start: int, length: int, access: int, _: int) -> tuple[int, ...]:
        return (self._open(vm, self._name(vm, start, length), access, 0),)

    def create_file(self, vm: ForthVM, start: int, length: int, access: int, _: int) -> tuple[int, ...]:
        return (self._open(vm, self._name(vm, start, length), access, os.O_CREAT | os.O_TRUNC),)

    def close_file(self, vm: ForthVM, id: int, *_: int) -> tuple[int, ...]:
        if id not in STREAMS:
            self._close(id)
        return ()

    def flush_file(self, vm: ForthVM, id: int, *_: int) -> tuple[int, ...]:
        if id in STREAMS:
            vm.drain()
            vm.output.flush()
            return ()
        file = self._get(id)
        file.write_out()
        if file.seekable and file.access & WRITABLE:
            os.fsync(file.fd)
        return ()

    def delete_file(self, vm: ForthVM, start: int, length: int, *_: int) -> tuple[int, ...]:
        name = self._name(vm, start, length)
        self._check_allowed(vm, name, True)
        os.unlink(name)
        return ()

    def rename_file(self, vm: ForthVM, start: int, length: int, new: int, new_length: int) -> tuple[int, ...]:
        name, new_name = self._name(vm, start, length), self._name(vm, new, new_length)
        self._check_allowed(vm, name, True)
        os.rename(name, new_name)
        return ()

    def file_status(self, vm: ForthVM, start: int, length: int, *_: int) -> tuple[int, ...]:
        name = self._name(vm, start, length)
        self._check_allowed(vm, name, False)
        os.stat(name)
        return (READABLE * os.access(name, os.R_OK) | WRITABLE * os.access(name, os.W_OK),)

    def file_size(self, vm: ForthVM, id: int, *_: int) -> tuple[int, ...]:
        file = self._positioned(id)
        file.write_out()
        return os.lseek(file.fd, 0, os.SEEK_END), 0

    def resize_file(self, vm: ForthVM, low: int, high: int, id: int, _: int) -> tuple[int, ...]:
        file = self._get(id, WRITABLE)
        size = self._position(low, high)
        file.start_over()
        os.ftruncate(file.fd, size)
        return ()

    def file_position(self, vm: ForthVM, id: int, *_: int) -> tuple[int, ...]:
        file = self._positioned(id)
        return file.record[OFFSET] + file.record[NEXT], 0

    def reposition_file(self, vm: ForthVM, low: int, high: int, id: int, _: int) -> tuple[int, ...]:
        file = self._positioned(id)
        position = self._position(low, high)
        file.start_over()
        file.record[OFFSET] = position
        return ()

    def read_file(self, vm: ForthVM, start: int, length: int, id: int, _: int) -> tuple[int, ...]:
        if id == STANDARD_INPUT:
            self._before_input(vm)
            data = vm.input.read(length)[:length]
            vm.write(start, data)
            return (len(data),)
        with self._space(vm, start, length) as into:
            return (self._get(id, READABLE).read(into),)

    def read_line(self, vm: ForthVM, start: int, length: int, id: int, _: int) -> tuple[int, ...]:
        if id == STANDARD_INPUT:
            self._before_input(vm)
            line = vm.input.line(length)
            data = (line or b"")[:length]
            vm.write(start, data)
            return len(data), -int(line is not None)
        with self._space(vm, start, length) as into:
            size, more = self._get(id, READABLE).read_line(into)
        return size, -int(more)

    def write_file(self, vm: ForthVM, start: int, length: int, id: int, _: int) -> tuple[int, ...]:
        self._put(vm, id, vm.read(start, length))
        return ()

    def write_line(self, vm: ForthVM, start: int, length: int, id: int, _: int) -> tuple[int, ...]:
        self._put(vm, id, vm.read(start, length) + b"\n")
        return ()

    # --- what they share -------------------------------------------------------------------------------------------

    def _put(self, vm: ForthVM, id: int, data: bytes) -> None:
        if id == STANDARD_OUTPUT:
            vm.drain()
            vm.output.write(data)
        elif id == STANDARD_ERROR:
            vm.drain()
            vm.output.flush()
            sys.stderr.write(data.decode("utf-8", "replace"))
            sys.stderr.flush()
        else:
            self._get(id, WRITABLE).write(data)

    def _before_input(self, vm: ForthVM) -> None:
        vm.drain()
        vm.output.flush()

    def _positioned(self, id: int) -> OpenFile:
        file = self._get(id)
        if not file.seekable:
            raise Refused(BAD_POSITION, f"{file.path!r} is no file with positions")
        return file

    def _position(self, low: int, high: int) -> int:
        position = (high & MASK) << 64 | low & MASK
        if position >= 1 << 63:
            raise Refused(BAD_POSITION, f"{position:,} is not the position of any byte of a file")
        return position

    def _name(self, vm: ForthVM, start: int, length: int) -> str:
        return vm.read(start, length).decode("utf-8", "surrogateescape")

    def _space(self, vm: ForthVM, start: int, length: int) -> memoryview:
        place = DATA_OFFSET + start - LOW
        return vm.memory.view[place : place + length]


RESULTS = {"open-file": 1, "create-file": 1, "file-status": 1, "file-size": 2, "file-position": 2, "read-file": 1,
           "read-line": 2}  # fmt: skip


def serve(vm: ForthVM) -> None:
    """Do the file operation that native code asks for, and push its results and its ior."""
    number, *arguments = vm.request(5)
    name = FILE_OPERATIONS[number]
    files = vm.open_files
    ior = 0
    try:
        results = getattr(files, name.replace("-", "_"))(vm, *arguments)
    except (OSError, ValueError, Refused) as error:
        ior = explain(vm, name, arguments, error)
        results = (0,) * RESULTS.get(name, 0)
    vm.push(*results, ior)


def explain(vm: ForthVM, name: str, arguments: list[int], error: OSError | ValueError | Refused) -> int:
    """The ior of a failure; its reason is kept."""
    if isinstance(error, Refused):
        vm.reasons[error.code] = str(error)
        return error.code
    code = BAD_FILE if isinstance(error, FileNotFoundError) else CODES[name]
    if name in OPENING + NAMED:
        path = vm.read(arguments[0], arguments[1]).decode("utf-8", "surrogateescape")
    else:
        id = (
            arguments[0]
            if name in ("close-file", "flush-file", "file-size", "file-position")
            else arguments[2]
        )
        file = vm.open_files.files.get(id)
        path = file.path if file else STREAMS.get(id, "a file")
    vm.reasons[code] = reason(path, error)
    return code
