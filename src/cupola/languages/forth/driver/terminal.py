"""The keyboard, the clock and waiting: FACILITY, which only the driver can serve (`facility`)."""

from __future__ import annotations

from cupola.kernel import i64, inline
from cupola.language import Cell, exit_
from cupola.languages.forth.constants import TERMINAL_OPERATIONS, UPCALL_TERMINAL
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine, step_over

KEY_READY, EVENT, WAIT, DATE, COUNT_ARGUMENTS, ARGUMENT = range(len(TERMINAL_OPERATIONS))


@inline
def ask(m: Machine, operation: i64, argument: i64) -> None:
    """Say what the driver must do; it pushes the results. To leave for it is the next thing to do."""
    m.vm.request[0] = operation
    m.vm.request[1] = argument
    step_over(m)


@forth.instruction(name="key?", cold=True, facts=known_as("key?"))
def key_ready(m: Machine) -> Cell:
    """( -- flag ) whether KEY would not have to wait"""
    ask(m, KEY_READY, 0)
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="ekey", cold=True, facts=known_as("ekey"))
def event(m: Machine) -> Cell:
    """( -- x ) Wait for a key: a character, or a key that has none."""
    ask(m, EVENT, 0)
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="ms", cold=True, facts=known_as("ms"))
def wait(m: Machine, duration: Cell) -> None:
    """( u -- ) Wait for u milliseconds; limits and Ctrl-C end that too."""
    ask(m, WAIT, duration)
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="time&date", cold=True, facts=known_as("time&date"))
def date(m: Machine) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell]:
    """( -- +n1 +n2 +n3 +n4 +n5 +n6 ) second, minute, hour, day, month, year"""
    ask(m, DATE, 0)
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="count arguments", cold=True, facts=known_as("(argc)"))
def count_arguments(m: Machine) -> Cell:
    """( -- u ) how many arguments there are, with the name of the program"""
    ask(m, COUNT_ARGUMENTS, 0)
    exit_(UPCALL_TERMINAL)


@forth.instruction(name="arg", cold=True, facts=known_as("arg"))
def argument(m: Machine, number: Cell) -> tuple[Cell, Cell]:
    """( u -- c-addr u | 0 0 ) an argument that NEXT-ARG has not taken; 0 is the name of the program"""
    ask(m, ARGUMENT, number)
    exit_(UPCALL_TERMINAL)
