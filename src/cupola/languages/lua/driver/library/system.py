"""The library `os`."""

from __future__ import annotations

import os
import time as clocks

from cupola.language.values import FALSE, NIL, TRUE, address_in, from_double
from cupola.languages.lua.driver.errors import Exit, Problem
from cupola.languages.lua.driver.library import access
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.root_numbers import MAIN

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

CATEGORIES = (b"all", b"collate", b"ctype", b"monetary", b"numeric", b"time")


def time(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Now, or the time of a date in a table, in seconds since 1970."""
    if not a.given(arguments, 0):
        return (vm.objects.integer(int(clocks.time())),)
    from cupola.languages.lua.driver.library import dates

    return (vm.objects.integer(dates.time_of_table(vm, a.table(vm, arguments, 0))),)


def date(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A time as a text, or as a table of its parts."""
    from cupola.languages.lua.driver.library import dates

    form = a.optional_text(vm, arguments, 0, b"%c")
    when = a.optional_whole(vm, arguments, 1, int(clocks.time()))
    return (dates.shown(vm, form, when),)


def difftime(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The seconds between two times."""
    later, earlier = a.whole(vm, arguments, 0), a.whole(vm, arguments, 1)
    return (from_double(float(later - earlier)),)


def getenv(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A variable of the environment."""
    found = os.environb.get(a.name(vm, arguments, 0))
    return (NIL if found is None else vm.objects.string(found),)


def remove(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Remove a file, or an empty folder."""
    path = a.name(vm, arguments, 0)
    try:
        access.allow(vm, writes=True)
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.unlink(path)
    except OSError as error:
        return access.failed(vm, error, path)
    return (TRUE,)


def rename(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Give a file another name."""
    old, new = a.name(vm, arguments, 0), a.name(vm, arguments, 1)
    try:
        access.allow(vm, writes=True)
        os.rename(old, new)
    except OSError as error:
        return access.failed(vm, error)
    return (TRUE,)


def tmpname(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The name of a new, empty file."""
    import tempfile

    try:
        access.allow(vm, writes=True)
        file, path = tempfile.mkstemp(prefix="lua_")
        os.close(file)
    except OSError:
        raise Problem(b"unable to generate a unique filename") from None
    return (vm.objects.string(os.fsencode(path)),)


def exit_(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """End the program with a status: a number, or true or false; with another true, variables are closed before."""
    if a.value_or_nil(arguments, 0) in (TRUE, FALSE):
        status = int(arguments[0] == FALSE)
    else:
        status = a.optional_whole(vm, arguments, 0, 0) & 0xFF
    if a.truth(arguments, 1):
        from cupola.languages.lua.driver.library.closing import close_variables

        close_variables(vm, address_in(vm.objects.root(MAIN)), None)
    raise Exit(status)


def execute(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Run a command of the shell; without one, whether there is a shell."""
    command = a.name(vm, arguments, 0) if a.given(arguments, 0) else None
    try:
        access.allow_commands(vm)
    except OSError as error:
        return access.failed(vm, error) if command is not None else (FALSE,)
    if command is None:
        return (TRUE,)
    vm.flush()
    return ended(vm, os.system(command))


def ended(vm: LuaVM, status: int) -> Sequence[int]:
    """How a command ended: true or nil, "exit" or "signal", a number."""
    code = os.waitstatus_to_exitcode(status)
    kind = b"exit" if code >= 0 else b"signal"
    return TRUE if code == 0 else NIL, vm.objects.string(kind), vm.objects.integer(abs(code))


def setlocale(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """There is one locale, "C"."""
    wanted = a.optional_name(vm, arguments, 0, b"C")
    a.option(vm, arguments, 1, CATEGORIES, b"all")
    return (vm.objects.string(b"C") if wanted in (b"C", b"POSIX", b"") else NIL,)
