"""The instructions that count. They stand only in the guest code of systems with the physics on."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, pointer
from cupola.language import Cell, Imm32, exit_
from cupola.languages.forth.constants import UPCALL_PHYSICS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine, step_over
from cupola.languages.forth.physics.folding import record
from cupola.languages.forth.throwing.failure import check, fail


@forth.instruction(name="tally")
def tally(counter: Imm32) -> None:
    """Count one in the counter at the address `counter`."""
    place = pointer(Ptr[i64], i64(counter))
    place[0] = place[0] + 1


@forth.instruction(name="loop opens")
def loop_opens(m: Machine, counter: Imm32) -> None:
    """A loop begins: take the work done so far off its counter."""
    place = pointer(Ptr[i64], i64(counter))
    place[0] = place[0] - (m.vm.context.granted - m.budget)


@forth.instruction(name="loop closes")
def loop_closes(m: Machine, counter: Imm32) -> None:
    """A loop has ended: add the work done so far to its counter, which has grown by what the loop did."""
    place = pointer(Ptr[i64], i64(counter))
    place[0] = place[0] + (m.vm.context.granted - m.budget)


@forth.instruction(name="record", cold=True)
def record_word(m: Machine, token: Imm32) -> None:
    """Count one execution of a word, and put it into the window: for studies."""
    record(m.vm, i64(token))


@forth.instruction(name="(physics-ask)", cold=True, facts=known_as("(physics-ask)"))
def physics_ask(m: Machine, first: Cell, second: Cell, service: Cell) -> None:
    """( x1 x2 n -- ) Ask the driver for service number n."""
    m.vm.request[0] = first
    m.vm.request[1] = second
    m.vm.request[2] = service
    m.vm.request[3] = 0
    m.vm.request[4] = 0
    step_over(m)
    exit_(UPCALL_PHYSICS)


@forth.instruction(name="(physics-answer)", cold=True, facts=known_as("(physics-answer)"))
def physics_answer(m: Machine) -> Cell:
    """( -- x ) what it answered; a THROW if that cannot be done"""
    if m.vm.request[4] != 0:
        fail(m.vm, m.vm.request[4])
        check(m)
    return m.vm.request[3]
