"""The FILE words. Small pieces move between the data space and a buffer of the open file here, natively; all else
(opening, filling and writing the buffer, names, sizes) is the driver's: `open_files` serves it.

Each open file has a `File` record and a buffer, in a region of their own that no guest address reaches. The buffer
is a window of the file: it holds the file's bytes from `offset` on, `end` of them, and what was written in it and
not yet to the file lies from `low` to `high`.
"""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, cast, i32, i64, inline, kernel, memory_copy, null, struct, u8, u64
from cupola.language import Cell, exit_
from cupola.languages.forth.constants import (
    FILE_BUFFER_BYTES,
    FILE_BUFFERS_OFFSET,
    FILE_OPERATIONS,
    FILE_SLOTS,
    FILES_OFFSET,
    OUTPUT_BYTES,
    READABLE,
    SEEKABLE,
    SERVED,
    SLOT_MASK,
    STANDARD_OUTPUT,
    UPCALL_FILE,
    WRITABLE,
)
from cupola.languages.forth.data.output import put, put_text
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine, data, step_over

NEWLINE, RETURN = 10, 13
YES = -1

find_byte = c_function("memchr", [Ptr[u8], i32, u64], Ptr[u8])


@struct
class File:
    """An open file; `open_files` reads and writes these records too, as eight cells each."""

    id: i64  # 0: not open
    access: i64  # READABLE, WRITABLE, SEEKABLE, SERVED
    offset: i64  # of the buffer's first byte in the file
    next: i64  # where in the buffer reading and writing go on
    end: i64  # the bytes of the buffer that are the file's
    low: i64  # written, and not in the file yet: from `low` to `high`
    high: i64
    spare: i64


@inline
def buffer_of(vm: Ptr[VM], id: i64) -> Ptr[u8]:
    return cast(Ptr[u8], vm) + (FILE_BUFFERS_OFFSET + (id & SLOT_MASK) * FILE_BUFFER_BYTES)


@inline
def open_file(vm: Ptr[VM], id: i64, access: i64) -> Ptr[File]:
    """The record of an open file with that access whose buffer may be used here, or null."""
    slot = id & SLOT_MASK
    file = cast(Ptr[File], cast(Ptr[u8], vm) + FILES_OFFSET) + slot
    if slot >= FILE_SLOTS:
        return null(Ptr[File])
    if id == 0 or file.id != id or file.access & (access | SERVED) != access:
        return null(Ptr[File])
    return file


@kernel
def take_bytes(vm: Ptr[VM], id: i64, start: i64, length: i64) -> bool:
    """READ-FILE out of the buffer; false if that is not possible."""
    file = open_file(vm, id, READABLE)
    if file == null(Ptr[File]) or length > file.end - file.next:
        return False
    memory_copy(data(vm, start), buffer_of(vm, id) + file.next, length)
    file.next += length
    return True


@kernel
def take_line(vm: Ptr[VM], id: i64, start: i64, length: i64) -> i64:
    """READ-LINE out of the buffer: the length of the line; -1 if the buffer does not show where it ends.

    A line ends with LF or CR LF. One that is as long as there is room for is given without its end, which is the
    next line then.
    """
    file = open_file(vm, id, READABLE)
    if file == null(Ptr[File]):
        return -1
    line = buffer_of(vm, id) + file.next
    room = file.end - file.next
    span = length + 1 if length < room else room
    found = find_byte(line, NEWLINE, u64(span))
    if found == null(Ptr[u8]):
        if span <= length:
            return -1
        size = length
        file.next += length
    else:
        size = found - line
        used = size + 1
        if size > 0 and i64(line[size - 1]) == RETURN:
            size -= 1
        elif size == length:
            used = size
        file.next += used
    memory_copy(data(vm, start), line, size)
    return size


@kernel
def put_bytes(vm: Ptr[VM], id: i64, start: i64, length: i64, ends: i64) -> bool:
    """WRITE-FILE, or WRITE-LINE with `ends` 1, into the buffer; false if that is not possible."""
    total = length + ends
    if id == STANDARD_OUTPUT:
        if total > OUTPUT_BYTES - vm.output_count:
            return False
        put_text(vm, data(vm, start), length)
        if ends != 0:
            put(vm, NEWLINE)
        return True
    file = open_file(vm, id, WRITABLE)
    if file == null(Ptr[File]) or total > FILE_BUFFER_BYTES - file.next:
        return False
    place = buffer_of(vm, id) + file.next
    memory_copy(place, data(vm, start), length)
    if ends != 0:
        place[length] = NEWLINE
    after = file.next + total
    if file.low == file.high:
        file.low = file.next
        file.high = after
    else:
        file.low = min(file.low, file.next)
        file.high = max(file.high, after)
    file.end = max(file.end, after)
    file.next = after
    return True


@kernel
def move_to(vm: Ptr[VM], id: i64, position: i64) -> bool:
    """REPOSITION-FILE, if that needs nothing to be written; false if it does."""
    file = open_file(vm, id, SEEKABLE)
    if file == null(Ptr[File]) or position < 0:
        return False
    if position >= file.offset and position - file.offset <= file.end:
        file.next = position - file.offset
        return True
    if file.low != file.high:
        return False
    file.offset = position
    file.next = 0
    file.end = 0
    return True


# --- words ------------------------------------------------------------------------------------------------------------


@inline
def ask(m: Machine, operation: i64, a: i64, b: i64, c: i64, d: i64) -> None:
    """Say which file operation the driver must do; it pushes the results. To leave for it is the next thing to do."""
    m.vm.request[0] = operation
    m.vm.request[1] = a
    m.vm.request[2] = b
    m.vm.request[3] = c
    m.vm.request[4] = d
    step_over(m)


OPERATION = {name: number for number, name in enumerate(FILE_OPERATIONS)}
READ_FILE, READ_LINE = OPERATION["read-file"], OPERATION["read-line"]
POSITION, REPOSITION = OPERATION["file-position"], OPERATION["reposition-file"]


@forth.instruction(name="read-file", cold=True, facts=known_as("read-file"))
def read_file(m: Machine, start: Cell, length: Cell, id: Cell) -> tuple[Cell, Cell]:
    """( c-addr u1 fileid -- u2 ior ) Read u1 bytes, or as many as there are."""
    check_range(m, start, length)
    if take_bytes(m.vm, id, start, length):
        return length, 0
    ask(m, READ_FILE, start, length, id, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="read-line", cold=True, facts=known_as("read-line"))
def read_line(m: Machine, start: Cell, length: Cell, id: Cell) -> tuple[Cell, Cell, Cell]:
    """( c-addr u1 fileid -- u2 flag ior ) Read a line of at most u1 bytes without its end; the flag is false at the
    end of the file."""
    check_range(m, start, length)
    size = take_line(m.vm, id, start, length)
    if size >= 0:
        return size, YES, 0
    ask(m, READ_LINE, start, length, id, 0)
    exit_(UPCALL_FILE)


def writer(name: str, ends: int, text: str) -> None:
    """Define a word that writes bytes, and that many ends of lines."""
    number = OPERATION[name]

    def write(m: Machine, start: Cell, length: Cell, id: Cell) -> Cell:
        check_range(m, start, length)
        if put_bytes(m.vm, id, start, length, ends):
            return 0
        ask(m, number, start, length, id, 0)
        exit_(UPCALL_FILE)

    write.__doc__ = text
    write.__qualname__ = f"file_operation_{number}"
    forth.instruction(write, name=name, cold=True, facts=known_as(name))


writer("write-file", 0, "( c-addr u fileid -- ior ) Write bytes.")
writer("write-line", 1, "( c-addr u fileid -- ior ) Write bytes and the end of a line.")


@forth.instruction(name="file-position", cold=True, facts=known_as("file-position"))
def file_position(m: Machine, id: Cell) -> tuple[Cell, Cell, Cell]:
    """( fileid -- ud ior ) where reading and writing go on"""
    file = open_file(m.vm, id, SEEKABLE)
    if file != null(Ptr[File]):
        return file.offset + file.next, 0, 0
    ask(m, POSITION, id, 0, 0, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="reposition-file", cold=True, facts=known_as("reposition-file"))
def reposition_file(m: Machine, low: Cell, high: Cell, id: Cell) -> Cell:
    """( ud fileid -- ior ) Go on reading and writing there."""
    if high == 0 and move_to(m.vm, id, low):
        return 0
    ask(m, REPOSITION, low, high, id, 0)
    exit_(UPCALL_FILE)


def one_id(name: str, text: str) -> None:
    """Define a word that gives the driver a file and gets an ior."""
    number = OPERATION[name]

    def with_ior(m: Machine, id: Cell) -> Cell:
        ask(m, number, id, 0, 0, 0)
        exit_(UPCALL_FILE)

    with_ior.__doc__ = text
    with_ior.__qualname__ = f"file_operation_{number}"
    forth.instruction(with_ior, name=name, cold=True, facts=known_as(name))


def opener(name: str, text: str) -> None:
    """Define a word that opens a file by its name."""
    number = OPERATION[name]

    def open_it(m: Machine, start: Cell, length: Cell, access: Cell) -> tuple[Cell, Cell]:
        check_range(m, start, length)
        ask(m, number, start, length, access, 0)
        exit_(UPCALL_FILE)

    open_it.__doc__ = text
    open_it.__qualname__ = f"file_operation_{number}"
    forth.instruction(open_it, name=name, cold=True, facts=known_as(name))


opener("open-file", "( c-addr u fam -- fileid ior ) Open a file that exists; fam is R/O, W/O or R/W.")
opener("create-file", "( c-addr u fam -- fileid ior ) Open a new file, or an old one as an empty one.")
one_id("close-file", "( fileid -- ior ) Write what is still in its buffer, and close the file.")
one_id("flush-file", "( fileid -- ior ) Write what is still in its buffer, and have the disk keep it.")


@forth.instruction(name="delete-file", cold=True, facts=known_as("delete-file"))
def delete_file(m: Machine, start: Cell, length: Cell) -> Cell:
    """( c-addr u -- ior ) Delete the file of that name."""
    check_range(m, start, length)
    ask(m, OPERATION["delete-file"], start, length, 0, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="file-size", cold=True, facts=known_as("file-size"))
def file_size(m: Machine, id: Cell) -> tuple[Cell, Cell, Cell]:
    """( fileid -- ud ior ) its bytes"""
    ask(m, OPERATION["file-size"], id, 0, 0, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="file-status", cold=True, facts=known_as("file-status"))
def file_status(m: Machine, start: Cell, length: Cell) -> tuple[Cell, Cell]:
    """( c-addr u -- fam ior ) how the file of that name may be opened; the ior says whether there is one"""
    check_range(m, start, length)
    ask(m, OPERATION["file-status"], start, length, 0, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="resize-file", cold=True, facts=known_as("resize-file"))
def resize_file(m: Machine, low: Cell, high: Cell, id: Cell) -> Cell:
    """( ud fileid -- ior ) Cut the file off, or append zeros, so that it has ud bytes."""
    ask(m, OPERATION["resize-file"], low, high, id, 0)
    exit_(UPCALL_FILE)


@forth.instruction(name="rename-file", cold=True, facts=known_as("rename-file"))
def rename_file(m: Machine, start: Cell, length: Cell, new: Cell, new_length: Cell) -> Cell:
    """( c-addr1 u1 c-addr2 u2 -- ior ) Let the file of the first name have the second."""
    check_range(m, start, length)
    check_range(m, new, new_length)
    ask(m, OPERATION["rename-file"], start, length, new, new_length)
    exit_(UPCALL_FILE)
