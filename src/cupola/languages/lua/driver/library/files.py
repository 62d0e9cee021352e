"""The library `io`, and the methods of files."""

from __future__ import annotations

import contextlib
import os

from cupola.language.values import (
    FALSE,
    NIL,
    STRING,
    TRUE,
    address_in,
    bytes_of,
    double,
    is_double,
    tag_of,
)
from cupola.languages.lua.driver import library
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import access, buffers, streams
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.calling import own_count, own_value, running_function
from cupola.languages.lua.driver.library.streams import File
from cupola.languages.lua.root_numbers import REGISTRY, SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

KIND = b"FILE*"
INPUT, OUTPUT = b"_IO_input", b"_IO_output"  # the default files, in the system's table
STANDARD = b"_IO_standard"  # the standard output, there
MOST_FORMATS = 250
WHENCES = (b"set", b"cur", b"end")
BUFFERINGS = (buffers.NO_BUFFER, buffers.FULL, buffers.LINES)


def set_up(vm: LuaVM) -> None:
    """Make the library."""
    objects = vm.objects
    system = objects.root(SYSTEM)
    table = library.subtable(vm, objects.globals, b"io", 16)
    for name, service in (
        (b"close", close), (b"flush", flush), (b"input", input_), (b"lines", lines), (b"open", open_),
        (b"output", output), (b"popen", popen), (b"tmpfile", tmpfile), (b"type", type_),
    ):  # fmt: skip
        objects.set(table, name, library.function(vm, name, service))
    natives = objects.get(system, b"_native")
    for name, short, service in (
        (b"io.write", b"write", write), (b"io.read", b"read", read),
        (b"native.file_write", b"write", file_write), (b"native.file_read", b"read", file_read),
        (b"native.file_flush", b"flush", file_flush), (b"native.file_seek", b"seek", file_seek),
    ):  # fmt: skip
        objects.set_native_value(objects.get(natives, name), 0, library.function(vm, short, service))
    metatable = library.subtable(vm, system, KIND)
    objects.set(objects.root(REGISTRY), KIND, metatable)
    methods = objects.table(0, 8)
    for name, service in (
        (b"close", file_close), (b"lines", file_lines), (b"setvbuf", file_setvbuf),
    ):  # fmt: skip
        objects.set(methods, name, library.function(vm, name, service))
    for name in (b"flush", b"read", b"seek", b"write"):
        objects.set(methods, name, objects.get(natives, b"native.file_" + name))
    objects.set(metatable, b"__name", objects.string(KIND))
    objects.set(metatable, b"__index", methods)
    for name, service in ((b"__gc", file_gc), (b"__close", file_gc), (b"__tostring", file_text)):
        objects.set(metatable, name, library.function(vm, name, service))
    for name, kept, file in (
        (b"stdin", INPUT, streams.standard_input(vm)), (b"stdout", OUTPUT, streams.StandardOutput(vm)),
        (b"stderr", b"", streams.standard_error(vm)),
    ):  # fmt: skip
        made = _made(vm, file)
        objects.set(table, name, made)
        if kept:
            _make_default(vm, kept, made)
    objects.set(system, STANDARD, made := objects.get(system, OUTPUT))  # so that it lives as long as the VM
    vm.library.standard_output = made


def _made(vm: LuaVM, file: File) -> int:
    """The guest's object for a file."""
    metatable = vm.objects.get(vm.objects.root(SYSTEM), KIND)
    return vm.hosts.make(file, metatable, NIL, file.place)


def _file(vm: LuaVM, arguments: Sequence[int], place: int = 0) -> File:
    """An argument that is an open file."""
    found = vm.hosts.get(arguments[place]) if place < len(arguments) else None
    if not isinstance(found, File):
        raise a.wrong_type(vm, arguments, place, KIND)
    if found.closed:
        raise Problem(b"attempt to use a closed file")
    return found


def _default(vm: LuaVM, name: bytes) -> tuple[int, File]:
    """A default file."""
    value = vm.objects.get(vm.objects.root(SYSTEM), name)
    file: File = vm.hosts.get(value)
    if file.closed:
        raise Problem(b"default %s file is closed" % name[4:])
    return value, file


# --- opening and closing --------------------------------------------------------------------------------------------


def open_(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Open a file."""
    path = a.text(vm, arguments, 0)
    mode = a.optional_text(vm, arguments, 1, b"r")
    if mode[:1] not in (b"r", b"w", b"a") or mode[1:] not in (b"", b"b", b"+", b"+b"):
        raise a.bad(vm, 1, b"invalid mode")
    try:
        return (_made(vm, _open(vm, path, mode)),)
    except OSError as error:
        return access.failed(vm, error, path)


def _open(vm: LuaVM, path: bytes, mode: bytes) -> File:
    access.allow(vm, writes=mode.replace(b"b", b"") != b"r")
    if b"\0" in path:
        path = path[: path.index(b"\0")]
    return streams.opened(vm, path, mode.replace(b"b", b""))


def popen(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Run a command of the shell, and read what it writes or write what it reads."""
    command = a.text(vm, arguments, 0)
    mode = a.optional_text(vm, arguments, 1, b"r")
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
        return (_made(vm, streams.ready(file)),)
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
        return (_made(vm, streams.ready(File(vm, raw, True, True, raw.fileno()))),)
    except OSError as error:
        return access.failed(vm, error)


def close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Close a file; the default output without one."""
    return _close(vm, _file(vm, arguments) if arguments else _default(vm, OUTPUT)[1])


def file_close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:close"""
    return _close(vm, _file(vm, arguments))


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


def file_text(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """What `tostring` gives for a file."""
    found = vm.hosts.get(arguments[0]) if arguments else None
    if not isinstance(found, File):
        raise a.wrong_type(vm, arguments, 0, KIND)
    text = b"file (closed)" if found.closed else b"file (0x%014x)" % address_in(arguments[0])
    return (vm.objects.string(text),)


def type_(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """What kind of file a value is; nil for other values."""
    found = vm.hosts.get(a.value(vm, arguments, 0))
    if not isinstance(found, File):
        return (NIL,)
    return (vm.objects.string(b"closed file" if found.closed else b"file"),)


# --- default files --------------------------------------------------------------------------------------------------


def input_(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The file that is read by default, or another one in its place."""
    return _set_default(vm, arguments, INPUT, b"r")


def output(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The file that is written by default, or another one in its place."""
    return _set_default(vm, arguments, OUTPUT, b"w")


def _set_default(vm: LuaVM, arguments: list[int], name: bytes, mode: bytes) -> Sequence[int]:
    if a.given(arguments, 0):
        if tag_of(arguments[0]) == STRING:
            _make_default(vm, name, _opened(vm, bytes_of(arguments[0]), mode))
        else:
            _file(vm, arguments)
            _make_default(vm, name, arguments[0])
    return (vm.objects.get(vm.objects.root(SYSTEM), name),)


def _make_default(vm: LuaVM, name: bytes, file: int) -> None:
    """Let a file be one of the default ones."""
    vm.objects.set(vm.objects.root(SYSTEM), name, file)
    if name == OUTPUT:
        vm.library.default_output = file
    else:
        vm.library.default_input = file


def _opened(vm: LuaVM, path: bytes, mode: bytes) -> int:
    try:
        return _made(vm, _open(vm, path, mode))
    except OSError as error:
        raise Problem(b"cannot open file '%s'" % path + access.because(error, b" (%s)")) from None


# --- reading --------------------------------------------------------------------------------------------------------


def read(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Read from the default input by formats."""
    return _read(vm, _default(vm, INPUT)[1], arguments, 0)


def file_read(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:read"""
    return _read(vm, _file(vm, arguments), arguments, 1)


def _read(vm: LuaVM, file: File, formats: Sequence[int], first: int) -> Sequence[int]:
    """What the formats from `first` on read; nil for the one that fails, and nothing after it."""
    try:
        if len(formats) <= first:
            line = file.line(keep=False)
            return (NIL if line is None else vm.objects.string(line),)
        found = []
        for place in range(first, len(formats)):
            found.append(_read_one(vm, file, formats, place))
            if found[-1] == NIL:
                break
        return found
    except (OSError, ValueError) as error:
        return access.failed(vm, error if isinstance(error, OSError) else OSError())


def _read_one(vm: LuaVM, file: File, formats: Sequence[int], place: int) -> int:
    objects = vm.objects
    if objects.is_number(formats[place]):
        text = file.some(a.whole(vm, formats, place))
    else:
        letter = a.text(vm, formats, place).removeprefix(b"*")[:1]
        if letter == b"n":
            from cupola.languages.lua.driver.world import to_number

            number = to_number(file.numeral())
            return NIL if number is None else objects.value(number)
        if letter in (b"l", b"L"):
            text = file.line(keep=letter == b"L")
        elif letter == b"a":
            text = file.all()
        else:
            raise a.bad(vm, place, b"invalid format")
    return NIL if text is None else objects.string(text)


def lines(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """An iterator that reads a file by formats: a named one, which is closed at its end, or the default input."""
    if a.given(arguments, 0):
        file = _opened_for_lines(vm, a.text(vm, arguments, 0))
        closes = TRUE
    else:
        file, closes = vm.objects.get(vm.objects.root(SYSTEM), INPUT), FALSE
        _file(vm, [file])
    iterator = _iterator(vm, file, closes, arguments)
    return (iterator, NIL, NIL, file) if closes == TRUE else (iterator,)


def _opened_for_lines(vm: LuaVM, path: bytes) -> int:
    return _opened(vm, path, b"r")


def file_lines(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:lines"""
    _file(vm, arguments)
    return (_iterator(vm, arguments[0], FALSE, arguments),)


def _iterator(vm: LuaVM, file: int, closes: int, arguments: list[int]) -> int:
    if len(arguments) - 1 > MOST_FORMATS:
        raise a.bad(vm, MOST_FORMATS + 1, b"too many arguments")
    iterator = library.function(vm, b"for iterator", next_line, [file, closes, *arguments[1:]])
    native = vm.objects.get(vm.objects.get(vm.objects.root(SYSTEM), b"_native"), b"native.next_line")
    made = vm.objects.native(b"for iterator", vm.native_stub, vm.objects.function_of(native), 0, 1)
    vm.objects.set_native_value(made, 0, iterator)
    return made


def next_line(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """What `lines` returns."""
    function = running_function(vm)
    values = [own_value(vm, function, number) for number in range(own_count(function))]
    file: File = vm.hosts.get(values[0])
    if file.closed:
        raise Problem(b"file is already closed")
    found = _read(vm, file, values, 2)
    if found[0] != NIL:
        return found
    if len(found) > 1:
        raise Problem(bytes_of(found[1]))
    if values[1] == TRUE:
        file.let_go()
    return ()


# --- writing and places ---------------------------------------------------------------------------------------------


def write(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Write strings and numbers to the default output."""
    value, file = _default(vm, OUTPUT)
    return _write(vm, value, file, arguments, 0)


def file_write(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:write"""
    return _write(vm, arguments[0] if arguments else NIL, _file(vm, arguments), arguments, 1)


def _write(vm: LuaVM, value: int, file: File, arguments: Sequence[int], first: int) -> Sequence[int]:
    failure = None
    for place in range(first, len(arguments)):
        each = arguments[place]
        text = _float_text(double(each)) if is_double(each) else a.text(vm, arguments, place)
        try:
            if failure is None:
                file.write(text)
        except OSError as error:
            failure = error
    if failure is not None:
        return access.failed(vm, failure)
    return (value,)


def _float_text(number: float) -> bytes:
    """A float as `write` writes it."""
    if number == number:
        return b"%.14g" % number
    from cupola.languages.lua.driver.world import number_text

    return number_text(number)


def flush(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Write what is still in the buffer of the default output."""
    return _flush(vm, _default(vm, OUTPUT)[1])


def file_flush(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:flush"""
    return _flush(vm, _file(vm, arguments))


def _flush(vm: LuaVM, file: File) -> Sequence[int]:
    try:
        file.flush()
    except OSError as error:
        return access.failed(vm, error)
    return (TRUE,)


def file_seek(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:seek"""
    file = _file(vm, arguments)
    whence = WHENCES.index(a.option(vm, arguments, 1, WHENCES, b"cur"))
    offset = a.optional_whole(vm, arguments, 2, 0)
    try:
        return (vm.objects.integer(file.seek(offset, whence)),)
    except (OSError, OverflowError) as error:
        return access.failed(vm, error if isinstance(error, OSError) else OSError(22, os.strerror(22)))


def file_setvbuf(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:setvbuf"""
    file = _file(vm, arguments)
    wanted = a.option(vm, arguments, 1, BUFFERINGS, b"")
    a.optional_whole(vm, arguments, 2, 0)
    try:
        file.set_buffering(next(each for each in BUFFERINGS if each == wanted))
    except OSError as error:
        return access.failed(vm, error)
    return (TRUE,)
