"""How files come to be, and how they end: `io.open` and its like, `close`."""

from __future__ import annotations

import contextlib

from cupola.language.values import NIL, TRUE
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import access, streams
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.file_values import CLOSED, KIND, OUTPUT, default, file_at, made
from cupola.languages.lua.driver.library.streams import File

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM


def open_(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Open a file."""
    path = a.name(vm, arguments, 0)
    mode = a.optional_name(vm, arguments, 1, b"r")
    if mode[:1] not in (b"r", b"w", b"a") or mode[1:].removeprefix(b"+").strip(b"b"):
        raise a.bad(vm, 1, b"invalid mode")
    try:
        return (made(vm, _open(vm, path, mode)),)
    except OSError as error:
        return access.failed(vm, error, path)


def _open(vm: LuaVM, path: bytes, mode: bytes) -> File:
    access.allow(vm, writes=mode.replace(b"b", b"") != b"r")
    return streams.opened(vm, path, mode.replace(b"b", b""))


def popen(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Run a command of the shell, and read what it writes or write what it reads."""
    command = a.name(vm, arguments, 0)
    mode = a.optional_name(vm, arguments, 1, b"r")
    if mode not in (b"r", b"w"):
        raise a.bad(vm, 1, b"invalid mode")
    import subprocess

    _flush_all(vm)
    try:
        access.allow_commands(vm)
        side = "stdout" if mode == b"r" else "stdin"
        pipe: Any = {side: subprocess.PIPE}
        process = subprocess.Popen(command, shell=True, bufsize=0, **pipe)
        file = File(vm, getattr(process, side), mode == b"r", mode == b"w", process=process)
        return (made(vm, streams.ready(file)),)
    except OSError as error:
        return access.failed(vm, error, command)


def _flush_all(vm: LuaVM) -> None:
    """Let commands find what was written, as C does."""
    vm.flush()
    for each in vm.hosts.objects.values():
        if isinstance(each, File):
            with contextlib.suppress(OSError):
                each.drain()


def tmpfile(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A new file without a name, for reading and writing."""
    import tempfile

    try:
        access.allow(vm, writes=True)
        raw: Any = tempfile.TemporaryFile("w+b", buffering=0)
        return (made(vm, streams.ready(File(vm, raw, True, True, raw.fileno()))),)
    except OSError as error:
        return access.failed(vm, error)


def close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Close a file; the default output without one."""
    return _close(vm, file_at(vm, arguments) if arguments else default(vm, OUTPUT, CLOSED)[1])


def file_close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:close"""
    return _close(vm, file_at(vm, arguments))


def _close(vm: LuaVM, file: File) -> Sequence[int]:
    if file.standard:
        return NIL, vm.objects.string(b"cannot close standard file")
    try:
        status = file.close()
    except OSError as error:
        return access.failed(vm, error)
    if status is None:
        return (TRUE,)
    kind = b"exit" if status >= 0 else b"signal"
    return TRUE if status == 0 else NIL, vm.objects.string(kind), vm.objects.integer(abs(status))


def file_gc(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The metamethods that close files that nobody closed."""
    found = vm.hosts.get(arguments[0]) if arguments else None
    if not isinstance(found, File):
        raise a.wrong_type(vm, arguments, 0, KIND)
    found.let_go()
    return ()


def opened(vm: LuaVM, path: bytes, mode: bytes) -> int:
    try:
        return made(vm, _open(vm, path, mode))
    except OSError as error:
        raise Problem(b"cannot open file '%s'" % path + access.because(error, b" (%s)")) from None
