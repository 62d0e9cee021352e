"""The data space: HERE, ALLOT and what moves and fills memory."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, memory_fill, memory_move, u8, u64
from cupola.language import Cell
from cupola.languages.forth.constants import BASE_CELL, FIRST_FREE, IN_CELL, PAD_BUFFER, STATE_CELL
from cupola.languages.forth.data.heap_pages import heap_bytes
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine, cell_at, data, good_range
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, FULL, check, fail


@kernel
def allot(vm: Ptr[VM], size: i64) -> i64:
    """Take `size` bytes (or give them back, if negative); their guest address, or 0 after `fail`."""
    start = vm.here
    if size > vm.data_top - start - heap_bytes(vm) or size < FIRST_FREE - start:
        fail(vm, FULL)
        return 0
    vm.here = start + size
    return start


@kernel
def align(vm: Ptr[VM]) -> None:
    """Let HERE be a multiple of a cell."""
    allot(vm, -vm.here & 7)


@kernel
def add_cell(vm: Ptr[VM], value: i64) -> i64:
    """`,`: take a cell and fill it; its address, or 0 after `fail`."""
    place = allot(vm, 8)
    if place != 0:
        cell_at(vm, place)[0] = value
    return place


@inline
def check_range(m: Machine, start: i64, length: i64) -> None:
    """Leave by "invalid memory address" unless the bytes lie in the data space."""
    if not good_range(m.vm, start, length):
        fail(m.vm, BAD_ADDRESS)
    check(m)


@forth.instruction(name="here", cold=True, facts=known_as("here"))
def here_word(m: Machine) -> Cell:
    """( -- addr ) the next free byte of the data space"""
    return m.vm.here


@forth.instruction(name="unused", cold=True, facts=known_as("unused"))
def unused_word(m: Machine) -> Cell:
    """( -- u ) how many bytes are free"""
    return m.vm.data_top - m.vm.here - heap_bytes(m.vm)


@forth.instruction(name="pad", cold=True, facts=known_as("pad"))
def pad_word() -> Cell:
    """( -- c-addr ) a place that the system does not use"""
    return PAD_BUFFER


@forth.instruction(name="base", facts=known_as("base"))
def base_word() -> Cell:
    """( -- a-addr )"""
    return BASE_CELL


@forth.instruction(name="state", facts=known_as("state"))
def state_word() -> Cell:
    """( -- a-addr ) not zero while compiling; for reading only"""
    return STATE_CELL


@forth.instruction(name=">in", facts=known_as(">in"))
def to_in_word() -> Cell:
    """( -- a-addr ) the offset in the line where parsing goes on"""
    return IN_CELL


@forth.instruction(name="chars", facts=known_as("chars"))
def chars_word(count: Cell) -> Cell:
    """( n1 -- n2 ) the bytes that n1 characters take: n1"""
    return count


@forth.instruction(name="char+", facts=known_as("char+"))
def char_plus_word(address: Cell) -> Cell:
    """( c-addr1 -- c-addr2 )"""
    return address + 1


@forth.instruction(name="allot", cold=True, facts=known_as("allot"))
def allot_word(m: Machine, size: Cell) -> None:
    """( n -- )"""
    allot(m.vm, size)
    check(m)


@forth.instruction(name=",", cold=True, facts=known_as(","))
def comma_word(m: Machine, value: Cell) -> None:
    """( x -- ) Append a cell to the data space."""
    add_cell(m.vm, value)
    check(m)


@forth.instruction(name="c,", cold=True, facts=known_as("c,"))
def c_comma_word(m: Machine, value: Cell) -> None:
    """( char -- ) Append a byte to the data space."""
    place = allot(m.vm, 1)
    check(m)
    data(m.vm, place)[0] = u8(value)


@forth.instruction(name="align", cold=True, facts=known_as("align"))
def align_word(m: Machine) -> None:
    """( -- ) Let HERE be a multiple of a cell."""
    align(m.vm)
    check(m)


@forth.instruction(name="fill", cold=True, facts=known_as("fill"))
def fill_word(m: Machine, start: Cell, length: Cell, value: Cell) -> None:
    """( c-addr u char -- )"""
    check_range(m, start, length)
    memory_fill(data(m.vm, start), u8(value), length)


@forth.instruction(name="erase", cold=True, facts=known_as("erase"))
def erase_word(m: Machine, start: Cell, length: Cell) -> None:
    """( addr u -- ) Fill with zeros."""
    check_range(m, start, length)
    memory_fill(data(m.vm, start), 0, length)


@forth.instruction(name="move", memory_stack=True, facts=known_as("move"))
def move_word(m: Machine, origin: Cell, to: Cell, length: Cell) -> None:
    """( addr1 addr2 u -- ) Copy as if all bytes were read before any is written."""
    check_range(m, origin, length)
    check_range(m, to, length)
    copy(data(m.vm, to), data(m.vm, origin), length)


@kernel
def copy(to: Ptr[u8], origin: Ptr[u8], length: i64) -> None:
    """Copy between ranges that may overlap. A function: stencils call kernel functions, not libc."""
    memory_move(to, origin, length)


@kernel
def copy_upwards(to: Ptr[u8], origin: Ptr[u8], length: i64) -> None:
    """Copy byte by byte from the lowest address: where the ranges overlap so, a pattern is repeated."""
    if u64(to - origin) >= u64(length):
        memory_move(to, origin, length)
        return
    for place in range(length):
        to[place] = origin[place]


@kernel
def copy_downwards(to: Ptr[u8], origin: Ptr[u8], length: i64) -> None:
    """Copy byte by byte from the highest address."""
    if u64(origin - to) >= u64(length):
        memory_move(to, origin, length)
        return
    place = length
    while place > 0:
        place -= 1
        to[place] = origin[place]


@forth.instruction(name="cmove", memory_stack=True, facts=known_as("cmove"))
def cmove_word(m: Machine, origin: Cell, to: Cell, length: Cell) -> None:
    """( c-addr1 c-addr2 u -- ) Copy bytes, the lowest address first."""
    check_range(m, origin, length)
    check_range(m, to, length)
    copy_upwards(data(m.vm, to), data(m.vm, origin), length)


@forth.instruction(name="cmove>", memory_stack=True, facts=known_as("cmove>"))
def cmove_up_word(m: Machine, origin: Cell, to: Cell, length: Cell) -> None:
    """( c-addr1 c-addr2 u -- ) Copy bytes, the highest address first."""
    check_range(m, origin, length)
    check_range(m, to, length)
    copy_downwards(data(m.vm, to), data(m.vm, origin), length)
