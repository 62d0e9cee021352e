"""The libraries, as far as Python does them: a module each, imported when one of its functions is first called.

A function of the driver gets the VM and its arguments, and gives its results, all values of the guest (see
`language.values`). `arguments` reads arguments; errors are `Problem` and `Thrown`. What calls the guest uses
`vm.call_inside`. No collection happens while such a function runs, unless it calls the guest or collects itself.
"""

from __future__ import annotations

from cupola.language.values import NIL, TABLE, tag_of
from cupola.languages.lua import constants as c

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM, Service

HERE = "cupola.languages.lua.driver.library"
ALL = ("string", "table", "math", "utf8", "coroutine", "io", "os", "debug", "package")
"""The libraries besides the basic functions."""
SAFE = ("string", "table", "math", "utf8", "coroutine")
"""Those with which a program reaches nothing outside."""
OF_LIBRARY = {"io": ("dofile", "loadfile"), "package": ("require",)}
"""Basic functions that come with a library only."""

# Module -> the functions there, by the names that programs know them by. In the module they have the last part of it,
# with `_` behind if that is a name of Python's.
FUNCTIONS = {
    "loading": ("load", "loadfile", "native.file_loaded", "string.dump"),
    "collecting": ("collectgarbage",),
    "warning": ("warn",),
    "closing": ("coroutine.close",),
    "system": (
        "os.date", "os.time", "os.difftime", "os.getenv", "os.remove", "os.rename", "os.tmpname", "os.exit",
        "os.execute", "os.setlocale",
    ),
    "debugging": (
        "debug.getregistry", "debug.getmetatable", "debug.setmetatable", "debug.getuservalue", "debug.setuservalue",
        "debug.gethook", "debug.sethook", "debug.debug", "debug.setcstacklimit",
    ),
    "frames": ("debug.traceback", "debug.getinfo", "debug.getlocal", "debug.setlocal"),
    "upvalues": ("debug.getupvalue", "debug.setupvalue", "debug.upvalueid", "debug.upvaluejoin"),
}  # fmt: skip
RESERVED = ("import", "del", "open", "type", "exit", "print", "lambda")


class Late:
    """A function whose module is imported when it is first called."""

    def __init__(self, number: int, module: str, name: str) -> None:
        self.number = number
        self.module = module
        self.name = name

    def __call__(self, vm: LuaVM, arguments: list[int]) -> Sequence[int]:
        module: Any = __import__(f"{HERE}.{self.module}", fromlist=[self.name])
        found: Service = getattr(module, self.name, None) or getattr(module, self.name + "_")
        vm.services[self.number] = found
        return found(vm, arguments)


def make(vm: LuaVM, natives: int, libraries: Sequence[str] | None) -> None:
    """Make all functions and libraries, and take away those that are not among `libraries` (None: all are)."""
    for module, functions in FUNCTIONS.items():
        for name in functions:
            _place(vm, natives, name, late(vm, module, name.rpartition(".")[2]))
    for library, names in OF_LIBRARY.items():
        if libraries is not None and library not in libraries:
            for name in names:
                vm.objects.set(vm.objects.globals, name.encode(), NIL)
    if libraries is not None:
        unknown = [each for each in libraries if each not in ALL]
        if unknown:
            raise ValueError(f"unknown library {unknown[0]!r}: expected some of {', '.join(ALL)}")
        for library in ALL:
            if library not in libraries:
                vm.objects.set(vm.objects.globals, library.encode(), NIL)
    if libraries is None or "io" in libraries:
        from cupola.languages.lua.driver.library import files

        files.set_up(vm)
    if libraries is None or "package" in libraries:
        from cupola.languages.lua.driver.library import packages

        packages.set_up(vm)


def late(vm: LuaVM, module: str, name: str) -> int:
    """A function of a module of this folder, a value."""
    number = len(vm.services)
    vm.services.append(Late(number, module, name))
    return vm.objects.native(name.encode(), c.STUB_UPCALL, 0, number)


def number_of(vm: LuaVM, service: Service) -> int:
    """The number of a function of the driver's."""
    number = vm.service_numbers.get(service)
    if number is None:
        number = vm.service_numbers[service] = len(vm.services)
        vm.services.append(service)
    return number


def function(vm: LuaVM, name: bytes, service: Service, values: Sequence[int] = ()) -> int:
    """A function of the driver's, a value; with values that belong to it."""
    number = number_of(vm, service)
    made = vm.objects.native(name, c.STUB_UPCALL, 0, number, len(values))
    for place, value in enumerate(values):
        vm.objects.set_native_value(made, place, value)
    return made


def subtable(vm: LuaVM, table: int, name: bytes, room: int = 8) -> int:
    """A table that is a field of another one, made if there is none."""
    found = vm.objects.get(table, name)
    if tag_of(found) != TABLE:
        found = vm.objects.table(0, room)
        vm.objects.set(table, name, found)
    return found


def _place(vm: LuaVM, natives: int, name: str, made: int) -> None:
    """Put a function where programs find it; or, if kernel code does the usual case, where that calls it."""
    objects = vm.objects
    native = objects.get(natives, name.encode())
    if native != NIL:
        objects.set_native_value(native, 0, made)
        if name.startswith("native."):
            vm.stack.internal.add(made)
        return
    library, _, short = name.rpartition(".")
    table = subtable(vm, objects.globals, library.encode(), 32) if library else objects.globals
    objects.set(table, short.encode(), made)
