"""CATCH, THROW, ABORT, QUIT, BYE."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, null, pointer, u8
from cupola.language import Cell, exit_, resume
from cupola.languages.forth.compiler.compiling import push
from cupola.languages.forth.constants import EXIT_BYE, EXIT_DONE, SLACK_CELLS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import good_token
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.throwing.catch_frames import drop_frame, push_frame
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, QUIT, RETURN_OVERFLOW, check, fail

ABORTED, ABORTED_WITH_MESSAGE = -1, -2
CALL_BYTES = 8  # CATCH has no operands: what follows it is this far away


@forth.instruction(name="catch", cold=True, facts=known_as("catch", unknown_effect=True))
def catch_word(m: Machine, token: Cell) -> None:
    """( i*x xt -- j*x 0 | i*x n ) Run a word; n is what it threw."""
    if not good_token(m.vm, token):
        fail(m.vm, BAD_ADDRESS)
    if address(m.sp) - address(m.rp) < SLACK_CELLS * 4:
        fail(m.vm, RETURN_OVERFLOW)
    check(m)
    push_frame(m, address(m.pc + CALL_BYTES))
    resume((m.vm.words + token).entry)


@forth.instruction(name="catch end", cold=True, ends=True, facts={"unknown_effect": True})
def catch_end_word(m: Machine) -> None:
    """Where a word that CATCH ran comes when it did not throw."""
    frame = m.vm.handler
    drop_frame(m)
    push(m, 0)
    resume(pointer(Ptr[u8], frame[0]))


@forth.instruction(name="throw", cold=True, facts=known_as("throw"))
def throw_word(m: Machine, code: Cell) -> None:
    """( n -- ) If n is not 0, go back to the newest CATCH."""
    if code != 0:
        fail(m.vm, code)
    check(m)


@forth.instruction(name="abort", cold=True, facts=known_as("abort"))
def abort_word(m: Machine) -> None:
    """Throw -1."""
    fail(m.vm, ABORTED)
    check(m)


@forth.instruction(name="abort message", cold=True)
def abort_message(m: Machine, flag: Cell, start: Cell, length: Cell) -> None:
    """( flag c-addr u -- ) If the flag is true, throw -2; the text is for the error report."""
    if flag != 0:
        m.vm.message = start
        m.vm.message_length = length
        fail(m.vm, ABORTED_WITH_MESSAGE)
    check(m)


@forth.instruction(name="quit", cold=True, facts=known_as("quit"))
def quit_word(m: Machine) -> None:
    """Give up everything that is running, and no CATCH hears of it."""
    m.vm.handler = null(Ptr[i64])
    fail(m.vm, QUIT)
    check(m)


@forth.instruction(name="bye", cold=True, facts=known_as("bye"))
def bye_word(m: Machine) -> None:
    """End the program."""
    m.pc = m.pc + CALL_BYTES
    exit_(EXIT_BYE)


@forth.instruction(name="done", cold=True, ends=True)
def done(m: Machine) -> None:
    """The end of what the driver asked for."""
    exit_(EXIT_DONE)
