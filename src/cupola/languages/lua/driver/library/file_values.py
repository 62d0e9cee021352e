"""The guest's objects for files, the default ones, and files as arguments."""

from __future__ import annotations

from cupola.language.values import NIL
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.streams import File
from cupola.languages.lua.root_numbers import SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

KIND = b"FILE*"
INPUT, OUTPUT = b"_IO_input", b"_IO_output"  # the default files, in the system's table
CLOSED = b"attempt to use a closed file"


def made(vm: LuaVM, file: File) -> int:
    """The guest's object for a file."""
    metatable = vm.objects.get(vm.objects.root(SYSTEM), KIND)
    return vm.hosts.make(file, metatable, NIL, file.place)


def file_at(vm: LuaVM, arguments: Sequence[int], place: int = 0) -> File:
    """An argument that is an open file."""
    found = vm.hosts.get(arguments[place]) if place < len(arguments) else None
    if not isinstance(found, File):
        raise a.wrong_type(vm, arguments, place, KIND)
    if found.closed:
        raise Problem(CLOSED)
    return found


def default(vm: LuaVM, name: bytes, closed: bytes = b"") -> tuple[int, File]:
    """A default file; `closed` is what to say if it is, instead of the usual."""
    value = vm.objects.get(vm.objects.root(SYSTEM), name)
    file: File = vm.hosts.get(value)
    if file.closed:
        raise Problem(closed or b"default %s file is closed" % name[4:])
    return value, file


def make_default(vm: LuaVM, name: bytes, file: int) -> None:
    """Let a file be one of the default ones."""
    vm.objects.set(vm.objects.root(SYSTEM), name, file)
    if name == OUTPUT:
        vm.library.default_output = file
    else:
        vm.library.default_input = file
