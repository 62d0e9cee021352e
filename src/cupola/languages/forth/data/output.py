"""EMIT, TYPE and what else prints. Text goes into a buffer of the VM.

When it is full, the instruction leaves for the driver to write it, and starts over afterwards. The driver
also writes it before it waits for input, and at the end of a run.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, memory_copy, u8, u64
from cupola.language import Cell, exit_, slow
from cupola.languages.forth.constants import OUTPUT_BYTES, UPCALL_FLUSH
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine, data

NEWLINE, BLANK, MINUS, ZERO = 10, 32, 45, 48
SPARE = 512  # bytes of the buffer that are free after `need_output`: enough for one line of SEE or WORDS


@forth.slow_path
def flush(m: Machine) -> None:
    """Let the driver write the buffer; then the instruction starts over."""
    exit_(UPCALL_FLUSH)


@inline
def need_output(m: Machine) -> None:
    """Give up, to start over with an empty buffer, unless `SPARE` bytes are free."""
    if m.vm.output_count > OUTPUT_BYTES - SPARE:
        slow(flush)


@kernel
def put(vm: Ptr[VM], char: i64) -> None:
    """Append a character, if there is room: callers have asked for it."""
    if vm.output_count < OUTPUT_BYTES:
        vm.output[vm.output_count] = u8(char)
        vm.output_count += 1


@kernel
def put_text(vm: Ptr[VM], text: Ptr[u8], length: i64) -> None:
    """Append a text, as much as there is room for."""
    room = OUTPUT_BYTES - vm.output_count
    size = length if length < room else room
    memory_copy(vm.output + vm.output_count, text, size)
    vm.output_count += size


@kernel
def put_number(vm: Ptr[VM], number: i64) -> None:
    """Append a number in decimal."""
    rest = u64(number)
    if number < 0:
        put(vm, MINUS)
        rest = -rest
    power = u64(1)
    while rest // power >= 10:
        power = power * 10
    while power > 0:
        put(vm, i64(rest // power % 10) + ZERO)
        power = power // 10


@forth.instruction(name="emit", cold=True, facts=known_as("emit"))
def emit_word(m: Machine, char: Cell) -> None:
    """( char -- ) Print a character."""
    need_output(m)
    put(m.vm, char)


@forth.instruction(name="cr", cold=True, facts=known_as("cr"))
def cr_word(m: Machine) -> None:
    """Go to a new line."""
    need_output(m)
    put(m.vm, NEWLINE)


@forth.instruction(name="space", cold=True, facts=known_as("space"))
def space_word(m: Machine) -> None:
    """Print a blank."""
    need_output(m)
    put(m.vm, BLANK)


@forth.instruction(name="type", cold=True, facts=known_as("type"))
def type_word(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) Print a text."""
    check_range(m, start, length)
    room = OUTPUT_BYTES - m.vm.output_count
    put_text(m.vm, data(m.vm, start), length)
    if length > room:
        m.sp = m.sp - 2
        m.sp[1] = start + room
        m.sp[0] = length - room
        exit_(UPCALL_FLUSH)
