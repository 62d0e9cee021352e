"""Counted loops. The index and the limit of the innermost loop are in registers; DO saves those around it on the
return stack. The limit register holds limit - 2**63 and the index register index - limit register, so that the loop
ends exactly when the index register overflows (a trick of Moore's polyFORTH and F83)."""

from __future__ import annotations

from cupola.kernel import add_overflow, unlikely
from cupola.language import Cell, Imm32, Target, jump, slow
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.throwing.throws import tick

SIGN = -(1 << 63)


@forth.instruction(name="do", facts={"return_change": 2})
def do(m: Machine, limit: Cell, start: Cell) -> None:
    """( limit start -- )"""
    m.rp[0] = m.index
    m.rp[1] = m.limit
    m.rp = m.rp + 2
    m.limit = limit + SIGN
    m.index = start - m.limit


@forth.instruction(name="?do", facts={"return_change": 2})
def question_do(m: Machine, limit: Cell, start: Cell, target: Target) -> None:
    """( limit start -- ) Skip the loop, to `target` (an `unloop`), if there is nothing to do."""
    m.rp[0] = m.index
    m.rp[1] = m.limit
    m.rp = m.rp + 2
    m.limit = limit + SIGN
    m.index = start - m.limit
    if limit == start:
        jump(target)


@forth.instruction(name="loop", heat=True)
def loop(m: Machine, cost: Imm32, target: Target) -> None:
    """Add one to the index; go back to `target` unless it has reached the limit."""
    used_up = m.budget < cost
    m.budget = m.budget - cost
    if unlikely(used_up):
        slow(tick)
    m.index, over = add_overflow(m.index, 1)
    if not over:
        jump(target)


@forth.instruction(name="+loop", heat=True)
def plus_loop(m: Machine, step: Cell, cost: Imm32, target: Target) -> None:
    """( n -- ) Add n to the index; go back to `target` unless it has crossed the border between limit - 1 and limit."""
    used_up = m.budget < cost
    m.budget = m.budget - cost
    if unlikely(used_up):
        slow(tick)
    m.index, over = add_overflow(m.index, step)
    if not over:
        jump(target)


@forth.instruction(name="unloop", facts={"word": "unloop", "compile_only": True, "return_change": -2})
def unloop(m: Machine) -> None:
    """Forget the innermost loop."""
    m.rp = m.rp - 2
    m.index = m.rp[0]
    m.limit = m.rp[1]


@forth.instruction(name="i", facts={"word": "i", "compile_only": True})
def index(m: Machine) -> Cell:
    """( -- n ) the index of the innermost loop"""
    return m.index + m.limit


@forth.instruction(name="j", facts={"word": "j", "compile_only": True, "return_needs": 4})
def outer_index(m: Machine) -> Cell:
    """( -- n ) the index of the loop around the innermost"""
    return m.rp[-2] + m.rp[-1]
