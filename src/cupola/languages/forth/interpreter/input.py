"""Sources one inside the other (EVALUATE, INCLUDED), and what only the driver can do: files, keys, time."""

from __future__ import annotations

from cupola.language import Cell, exit_
from cupola.languages.forth.constants import (
    BLK_CELL,
    UPCALL_ACCEPT,
    UPCALL_ARGUMENT,
    UPCALL_INCLUDE,
    UPCALL_KEY,
    UPCALL_TIME,
)
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name
from cupola.languages.forth.interpreter.source import (
    FROM_STRING,
    SOURCE_CELLS,
    restore_source,
    save_source,
    set_line,
    set_text,
)
from cupola.languages.forth.machine import Machine, cell_at, good_range, step_over
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, NO_NAME, check, fail

ALWAYS, ONCE, OPENED = 0, 1, 2  # how a file is asked for: by INCLUDED, by REQUIRED, by INCLUDE-FILE
NOTHING = -1  # the length that the driver gives for a file that REQUIRED need not load again


@forth.instruction(name="push source", cold=True, facts={"return_change": SOURCE_CELLS})
def push_source(m: Machine) -> None:
    """( R: -- source ) Put the source aside."""
    save_source(m.vm, m.rp)
    m.rp = m.rp + SOURCE_CELLS


@forth.instruction(name="pop source", cold=True, facts={"return_change": -SOURCE_CELLS})
def pop_source(m: Machine) -> None:
    """( R: source -- ) Go on with the source that was put aside."""
    m.rp = m.rp - SOURCE_CELLS
    restore_source(m.vm, m.rp)


@forth.instruction(name="read string", cold=True)
def read_string(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) Let a text in memory be the source, as one line."""
    check_range(m, start, length)
    set_line(m.vm, start, length)
    m.vm.text_next = 0
    m.vm.text_end = 0
    m.vm.source_id = FROM_STRING
    cell_at(m.vm, BLK_CELL)[0] = 0


def asker(name: str, how: int) -> None:
    """Define the instruction that asks the driver for a file."""

    def ask_file(m: Machine, start: Cell, length: Cell) -> None:
        check_range(m, start, length)
        m.vm.request[0] = start
        m.vm.request[1] = length
        m.vm.request[2] = how
        m.vm.request[3] = 0
        step_over(m)
        exit_(UPCALL_INCLUDE)

    ask_file.__doc__ = "( c-addr u -- ) Let the driver put the file of that name into the data space."
    ask_file.__qualname__ = f"ask_file_{how}"
    forth.instruction(ask_file, name=name, cold=True)


asker("ask file", ALWAYS)
asker("ask file once", ONCE)


@forth.instruction(name="ask open file", cold=True)
def ask_open_file(m: Machine, id: Cell) -> None:
    """( fileid -- ) Let the driver put the rest of an open file into the data space, and close the file."""
    m.vm.request[0] = id
    m.vm.request[1] = 0
    m.vm.request[2] = OPENED
    m.vm.request[3] = 0
    step_over(m)
    exit_(UPCALL_INCLUDE)


@forth.instruction(name="take file", cold=True)
def take_file(m: Machine) -> Cell:
    """( -- flag ) Let the file that the driver has loaded be the source; false if there is nothing to do."""
    start, length, file, code = m.vm.request[0], m.vm.request[1], m.vm.request[2], m.vm.request[3]
    id = m.vm.request[4]
    if code != 0:
        fail(m.vm, code)
        check(m)
    if length == NOTHING:
        return 0
    if not good_range(m.vm, start, length):
        fail(m.vm, BAD_ADDRESS)
        check(m)
    set_text(m.vm, start, length)
    m.vm.file = file
    m.vm.source_id = id
    return -1


@forth.instruction(name="file name", cold=True)
def file_name(m: Machine) -> tuple[Cell, Cell]:
    """( "name" -- c-addr u ) the next word of the line, which must be there"""
    if next_name(m.vm) == 0:
        fail(m.vm, NO_NAME)
        check(m)
    return m.vm.token, m.vm.token_length


@forth.instruction(name="key", cold=True, facts=known_as("key"))
def key_word(m: Machine) -> Cell:
    """( -- char ) Wait for a character; the driver pushes it."""
    step_over(m)
    exit_(UPCALL_KEY)


@forth.instruction(name="accept", cold=True, facts=known_as("accept"))
def accept_word(m: Machine, start: Cell, length: Cell) -> Cell:
    """( c-addr +n1 -- +n2 ) Read a line of at most n1 characters; the driver pushes how many there were."""
    check_range(m, start, length)
    m.vm.request[0] = start
    m.vm.request[1] = length
    step_over(m)
    exit_(UPCALL_ACCEPT)


@forth.instruction(name="next-arg", cold=True, facts=known_as("next-arg"))
def argument_word(m: Machine) -> tuple[Cell, Cell]:
    """( -- c-addr u | 0 0 ) The next argument of the command line; the driver pushes both."""
    step_over(m)
    exit_(UPCALL_ARGUMENT)


@forth.instruction(name="utime", cold=True, facts=known_as("utime"))
def time_word(m: Machine) -> tuple[Cell, Cell]:
    """( -- ud ) Microseconds since 1970; the driver pushes both cells."""
    step_over(m)
    exit_(UPCALL_TIME)
