"""What programs may do with files, and how it is said that something cannot be done."""

from __future__ import annotations

import errno
import os

from cupola.language.values import NIL

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


def allow(vm: LuaVM, writes: bool = False) -> None:
    """Raises PermissionError if the limits forbid files, or writing."""
    if vm.limits.files == "none" or (writes and vm.limits.files != "all"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def allow_commands(vm: LuaVM) -> None:
    """Raises PermissionError if the limits forbid what programs of the system may do."""
    allow(vm, writes=True)
    if vm.limits.foreign is False:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def contents(vm: LuaVM, path: bytes) -> bytes:
    """The bytes of a file. Raises OSError, MemoryError."""
    allow(vm)
    with open(path, "rb") as file:
        found = file.read(most_bytes(vm) + 1)
    if len(found) > most_bytes(vm):
        raise MemoryError("a file has more bytes than there may be memory")
    return found


def most_bytes(vm: LuaVM) -> int:
    """More bytes than this are not read at once: no string could have them."""
    return vm.heap_memory.view.nbytes


def failed(vm: LuaVM, error: OSError, name: bytes | None = None) -> Sequence[int]:
    """What functions return when the system refuses: nil, a message, a number."""
    number = error.errno or errno.EBADF  # io.UnsupportedOperation has none
    text = os.strerror(number).encode()
    if name is not None:
        text = name + b": " + text
    return NIL, vm.objects.string(text), vm.objects.integer(number)


def because(error: OSError, form: bytes = b"%s") -> bytes:
    """The reason of an error."""
    return form % os.strerror(error.errno or errno.EBADF).encode()
