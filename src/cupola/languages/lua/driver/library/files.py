"""The library `io`, and the methods of files."""

from __future__ import annotations

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
from cupola.languages.lua.driver.library import access, buffers, opening, streams
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.calling import own_count, own_value, running_function
from cupola.languages.lua.driver.library.file_values import (
    INPUT,
    KIND,
    OUTPUT,
    default,
    file_at,
    made,
    make_default,
)
from cupola.languages.lua.driver.library.streams import File
from cupola.languages.lua.root_numbers import REGISTRY, SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

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
        (b"close", opening.close), (b"flush", flush), (b"input", input_), (b"lines", lines),
        (b"open", opening.open_), (b"output", output), (b"popen", opening.popen),
        (b"tmpfile", opening.tmpfile), (b"type", type_),
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
        (b"close", opening.file_close), (b"lines", file_lines), (b"setvbuf", file_setvbuf),
    ):  # fmt: skip
        objects.set(methods, name, library.function(vm, name, service))
    for name in (b"flush", b"read", b"seek", b"write"):
        objects.set(methods, name, objects.get(natives, b"native.file_" + name))
    objects.set(metatable, b"__name", objects.string(KIND))
    objects.set(metatable, b"__index", methods)
    for name, service in (
        (b"__gc", opening.file_gc), (b"__close", opening.file_gc), (b"__tostring", file_text),
    ):  # fmt: skip
        objects.set(metatable, name, library.function(vm, name, service))
    for name, kept, file in (
        (b"stdin", INPUT, streams.standard_input(vm)), (b"stdout", OUTPUT, streams.StandardOutput(vm)),
        (b"stderr", b"", streams.standard_error(vm)),
    ):  # fmt: skip
        value = made(vm, file)
        objects.set(table, name, value)
        if kept:
            make_default(vm, kept, value)
        if kept == OUTPUT:
            objects.set(system, STANDARD, value)  # so that it lives as long as the VM
            vm.library.standard_output = value


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
            make_default(vm, name, opening.opened(vm, a.name(vm, arguments, 0), mode))
        else:
            file_at(vm, arguments)
            make_default(vm, name, arguments[0])
    return (vm.objects.get(vm.objects.root(SYSTEM), name),)


# --- reading --------------------------------------------------------------------------------------------------------


def read(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Read from the default input by formats."""
    return _read(vm, default(vm, INPUT)[1], arguments, 0)


def file_read(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:read"""
    return _read(vm, file_at(vm, arguments), arguments, 1)


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
        file = opening.opened(vm, a.name(vm, arguments, 0), b"r")
        closes = TRUE
    else:
        file, closes = vm.objects.get(vm.objects.root(SYSTEM), INPUT), FALSE
        file_at(vm, [file])
    iterator = _iterator(vm, file, closes, arguments)
    return (iterator, NIL, NIL, file) if closes == TRUE else (iterator,)


def file_lines(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:lines"""
    file_at(vm, arguments)
    return (_iterator(vm, arguments[0], FALSE, arguments),)


def _iterator(vm: LuaVM, file: int, closes: int, arguments: list[int]) -> int:
    """A native function, with the one in Python attached to which the file and the formats belong."""
    if len(arguments) - 1 > MOST_FORMATS:
        raise a.bad(vm, MOST_FORMATS + 1, b"too many arguments")
    attached = library.function(vm, b"for iterator", next_line, [file, closes, *arguments[1:]])
    native = vm.objects.get(vm.objects.get(vm.objects.root(SYSTEM), b"_native"), b"native.next_line")
    iterator = vm.objects.native(b"for iterator", vm.native_stub, vm.objects.function_of(native), 0, 1)
    vm.objects.set_native_value(iterator, 0, attached)
    return iterator


def next_line(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """What `lines` returns."""
    function = running_function(vm)
    values = [own_value(vm, function, number) for number in range(own_count(function))]
    file: File = vm.hosts.get(values[0])
    if file.closed:
        raise Problem(b"file is already closed")
    found = _read(vm, file, values[1:], 1)  # the formats have the numbers that they have as arguments
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
    value, file = default(vm, OUTPUT)
    return _write(vm, value, file, arguments, 0)


def file_write(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:write"""
    return _write(vm, arguments[0] if arguments else NIL, file_at(vm, arguments), arguments, 1)


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
    return _flush(vm, default(vm, OUTPUT)[1])


def file_flush(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:flush"""
    return _flush(vm, file_at(vm, arguments))


def _flush(vm: LuaVM, file: File) -> Sequence[int]:
    try:
        file.flush()
    except OSError as error:
        return access.failed(vm, error)
    return (TRUE,)


def file_seek(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:seek"""
    file = file_at(vm, arguments)
    whence = WHENCES.index(a.option(vm, arguments, 1, WHENCES, b"cur"))
    offset = a.optional_whole(vm, arguments, 2, 0)
    try:
        return (vm.objects.integer(file.seek(offset, whence)),)
    except (OSError, OverflowError) as error:
        return access.failed(vm, error if isinstance(error, OSError) else OSError(22, os.strerror(22)))


def file_setvbuf(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """file:setvbuf"""
    file = file_at(vm, arguments)
    wanted = a.option(vm, arguments, 1, BUFFERINGS, None)
    a.optional_whole(vm, arguments, 2, 0)
    try:
        file.set_buffering(next(each for each in BUFFERINGS if each == wanted))
    except OSError as error:
        return access.failed(vm, error)
    return (TRUE,)
