"""What only the driver can do for a Forth program: files, lines and keys, arguments, the clock.

Native code leaves with a reason, and what it wants in `request`; a function here serves it, and the VM is entered
again. Results are pushed on the data stack, or go into `request`.
"""

from __future__ import annotations

import os
import time

from cupola.languages.forth import constants
from cupola.languages.forth.constants import MASK
from cupola.languages.forth.messages import message

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable

    from cupola.languages.forth.vm import ForthVM

FILE_ERROR, BAD_FILE, TOO_LARGE = -37, -38, -8
MOST_FILES = 1000  # that include each other


class LoadError(Exception):
    """A text does not fit into the data space, or a file cannot be read; `code` is the THROW code that says so."""

    def __init__(self, code: int) -> None:
        super().__init__(message(code))
        self.code = code


def load(vm: ForthVM, text: bytes, name: str) -> tuple[int, int, int]:
    """Put a text at the top of the data space: its address, length, and the number of its file."""
    top = (vm.vm.data_top - len(text) - 8) & -8
    if top < vm.vm.here:
        raise LoadError(TOO_LARGE)
    vm.write(top, text)
    while vm.texts and vm.texts[-1] < vm.vm.data_top:
        vm.texts.pop()
    vm.vm.data_top = top
    vm.texts.append(top)
    if name not in vm.files:
        vm.files.append(name)
    return top, len(text), vm.files.index(name)


def flush(vm: ForthVM) -> None:
    """The output buffer is full."""
    vm.drain()


def key(vm: ForthVM) -> None:
    """KEY: wait for a character."""
    vm.drain()
    vm.output.flush()
    vm.push(vm.input.key())


def accept(vm: ForthVM) -> None:
    """ACCEPT: read a line, as much of it as there is room for."""
    vm.drain()
    vm.output.flush()
    address, most = request(vm, 2)
    line = (vm.input.line() or b"")[:most]
    vm.write(address, line)
    vm.push(len(line))


def refill(vm: ForthVM) -> None:
    """REFILL of the user's input: `request` says where the next line is, or -1 as its length."""
    vm.drain()
    vm.output.flush()
    line = vm.input.line()
    if line is None:
        set_request(vm, 0, -1)
        return
    try:
        start, length, _ = load(vm, line, "<input>")
    except LoadError:
        set_request(vm, 0, -1)
        return
    set_request(vm, start, length)


def include(vm: ForthVM) -> None:
    """INCLUDED and REQUIRED: put the file's text into the data space."""
    address, length, once, _ = request(vm, 4)
    name = vm.read(address, length).decode("utf-8", "surrogateescape")
    path = resolve(vm, name)
    if once and path in vm.files:
        set_request(vm, 0, -1, 0, 0)
        return
    try:
        set_request(vm, *load(vm, read_file(vm, path), path), 0)
    except LoadError as error:
        set_request(vm, 0, 0, 0, error.code)


def read_file(vm: ForthVM, path: str) -> bytes:
    """What is in a file that is to be included."""
    while vm.texts and vm.texts[-1] < vm.vm.data_top:
        vm.texts.pop()
    if len(vm.texts) >= MOST_FILES:
        vm.reason = f"more than {MOST_FILES} files include each other, {path} the last"
        raise LoadError(FILE_ERROR)
    try:
        with open(path, "rb") as file:
            text = file.read(vm.data_bytes)  # a file may have no end
    except FileNotFoundError:
        vm.reason = path
        raise LoadError(BAD_FILE) from None
    except (OSError, ValueError) as error:
        vm.reason = f"{path!r}: {getattr(error, 'strerror', None) or error}"
        raise LoadError(BAD_FILE) from None
    if len(text) == vm.data_bytes:
        raise LoadError(TOO_LARGE)
    return text


def resolve(vm: ForthVM, name: str) -> str:
    """A relative name counts from the file that includes it."""
    current = vm.files[vm.vm.file] if 0 < vm.vm.file < len(vm.files) else ""
    folder = "" if current.startswith("<") else os.path.dirname(current)
    return os.path.normpath(os.path.join(folder, name)) if name else name


def argument(vm: ForthVM) -> None:
    """NEXT-ARG: the next argument of the command line, or an empty one."""
    if not vm.arguments:
        vm.push(0, 0)
        return
    text = vm.arguments.pop(0).encode("utf-8", "surrogateescape")
    try:
        start, length, _ = load(vm, text, "<argument>")
    except LoadError:
        vm.push(0, 0)
        return
    vm.push(start, length)


def clock(vm: ForthVM) -> None:
    """UTIME: microseconds since 1970, as a double."""
    vm.push(time.time_ns() // 1000, 0)


def request(vm: ForthVM, count: int) -> list[int]:
    """The cells in which native code says what it wants."""
    return vm.cells(vm.address + vm.request_offset, count)


def set_request(vm: ForthVM, *values: int) -> None:
    """Answer in the same cells."""
    data = b"".join((value & MASK).to_bytes(8, "little") for value in values)
    vm.memory.write(vm.request_offset, data)


# What serves each reason to leave.
SERVICES: dict[int, Callable[[ForthVM], None]] = {
    constants.UPCALL_FLUSH: flush,
    constants.UPCALL_KEY: key,
    constants.UPCALL_ACCEPT: accept,
    constants.UPCALL_REFILL: refill,
    constants.UPCALL_INCLUDE: include,
    constants.UPCALL_ARGUMENT: argument,
    constants.UPCALL_TIME: clock,
}
