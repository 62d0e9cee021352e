"""The keyboard, the clock and waiting: FACILITY, which only the driver can serve (`facility`)."""

from __future__ import annotations

from cupola.language import Cell, exit_
from cupola.languages.forth.constants import TERMINAL_OPERATIONS, UPCALL_TERMINAL
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine

INSTRUCTION_BYTES = 8
KEY_READY, EVENT, WAIT, DATE, COUNT_ARGUMENTS, ARGUMENT = range(len(TERMINAL_OPERATIONS))


@forth.instruction(name="key?", cold=True, facts=known_as("key?"))
def key_ready(m: Machine) -> Cell:
    """( -- flag ) whether KEY would not have to wait"""
    m.vm.request[0] = KEY_READY
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="ekey", cold=True, facts=known_as("ekey"))
def event(m: Machine) -> Cell:
    """( -- x ) Wait for a key: a character, or a key that has none."""
    m.vm.request[0] = EVENT
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="ms", cold=True, facts=known_as("ms"))
def wait(m: Machine, duration: Cell) -> None:
    """( u -- ) Wait for u milliseconds; limits and Ctrl-C end that too."""
    m.vm.request[0] = WAIT
    m.vm.request[1] = duration
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="time&date", cold=True, facts=known_as("time&date"))
def date(m: Machine) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell]:
    """( -- +n1 +n2 +n3 +n4 +n5 +n6 ) second, minute, hour, day, month, year"""
    m.vm.request[0] = DATE
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="count arguments", cold=True, facts=known_as("(argc)"))
def count_arguments(m: Machine) -> Cell:
    """( -- u ) how many arguments there are, with the name of the program"""
    m.vm.request[0] = COUNT_ARGUMENTS
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="arg", cold=True, facts=known_as("arg"))
def argument(m: Machine, number: Cell) -> tuple[Cell, Cell]:
    """( u -- c-addr u | 0 0 ) an argument that NEXT-ARG has not taken; 0 is the name of the program"""
    m.vm.request[0] = ARGUMENT
    m.vm.request[1] = number
    m.pc = m.pc + INSTRUCTION_BYTES
    exit_(UPCALL_TERMINAL)
