"""Calling words and returning, branches, and the checks that stand at the start of words and loops."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, pointer, u8, u64, unlikely
from cupola.language import Cell, FloatAddress, Imm32, StackAddress, StackDistance, Target, jump, slow
from cupola.languages.forth.constants import COUNTS_OFFSET
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.throwing.throws import (
    float_overflow,
    float_underflow,
    invalid_token,
    no_room,
    tick,
    underflow,
)

CALL_BYTES = 16


@forth.instruction(name="enter", heat=True)
def enter(m: Machine, cost: Imm32) -> None:
    """Start of a word: counts the work of its straight run."""
    used_up = m.budget < cost
    m.budget = m.budget - cost
    if unlikely(used_up):
        slow(tick)


@forth.instruction(name="need")
def need(m: Machine, deepest: StackAddress) -> None:
    """Give up unless the topmost cell in memory lies at or below the address `deepest`: enough cells are there."""
    if unlikely(u64(address(m.sp)) > u64(deepest)):
        slow(underflow)


@forth.instruction(name="room")
def room(m: Machine, slack: StackDistance) -> None:
    """Give up if the two stacks have come closer than `slack` bytes: at the same cell on every engine."""
    if unlikely(address(m.rp) + slack > address(m.sp)):
        slow(no_room)


@forth.instruction(name="float need")
def float_need(m: Machine, deepest: FloatAddress) -> None:
    """Give up unless `fp` lies at or below the address `deepest`: enough floats are there."""
    if unlikely(u64(address(m.fp)) > u64(deepest)):
        slow(float_underflow)


@forth.instruction(name="float room")
def float_room(m: Machine, limit: FloatAddress) -> None:
    """Give up if `fp` lies at or below the address `limit`: the stack of floats is full."""
    if unlikely(u64(address(m.fp)) <= u64(limit)):
        slow(float_overflow)


@forth.instruction(name="count call")
def count_call(m: Machine) -> None:
    """Count a call, for statistics; only in systems that were asked to count."""
    m.vm.calls = m.vm.calls + 1


@forth.instruction(name="count back edge")
def count_back_edge(m: Machine) -> None:
    """Count a round of a loop, for statistics; only in systems that were asked to count."""
    m.vm.back_edges = m.vm.back_edges + 1


@forth.instruction(name="count run")
def count_run(m: Machine, number: Imm32) -> None:
    """Count an execution of a straight run of instructions; only in systems that make a profile."""
    counter = cast(Ptr[i64], cast(Ptr[u8], m.vm) + COUNTS_OFFSET) + number
    counter[0] = counter[0] + 1


@forth.instruction(name="call", out_state=1)
def call(m: Machine, word: Target) -> None:
    """Call a word: the return address is that of the next instruction."""
    cast(Ptr[i64], m.rp)[0] = address(m.pc + CALL_BYTES)
    m.rp = m.rp + 1
    jump(word)


@forth.instruction(name="exit", out_state=1, ends=True, facts={"return_change": -1})
def exit_word(m: Machine) -> None:
    """Return to the caller."""
    m.rp = m.rp - 1
    jump(pointer(Ptr[u8], m.rp[0]))


@forth.instruction(name="tail", out_state=1, ends=True)
def tail(m: Machine, word: Target) -> None:
    """Go on in another word, which returns to the caller of this one."""
    jump(word)


@forth.instruction(name="execute", out_state=1, facts={"word": "execute", "unknown_effect": True})
def execute(m: Machine, token: Cell) -> None:
    """( i*x xt -- j*x )"""
    if unlikely(u64(token) >= u64(m.vm.word_count)):
        slow(invalid_token)
    cast(Ptr[i64], m.rp)[0] = address(m.pc + 8)
    m.rp = m.rp + 1
    jump(m.vm.words[token].entry)


@forth.instruction(name="branch", ends=True)
def branch(m: Machine, target: Target) -> None:
    """Go on at `target`, further down."""
    jump(target)


@forth.instruction(name="?branch")
def branch_if_zero(flag: Cell, target: Target) -> None:
    """( flag -- ) Go on at `target`, further down, if the flag is false."""
    if flag == 0:
        jump(target)


@forth.instruction(name="branch_back", heat=True, ends=True)
def branch_back(m: Machine, cost: Imm32, target: Target) -> None:
    """Go back to `target`, the head of a loop."""
    used_up = m.budget < cost
    m.budget = m.budget - cost
    if unlikely(used_up):
        slow(tick)
    jump(target)


@forth.instruction(name="?branch_back", heat=True)
def branch_back_if_zero(m: Machine, flag: Cell, cost: Imm32, target: Target) -> None:
    """( flag -- ) Go back to `target`, the head of a loop, if the flag is false."""
    used_up = m.budget < cost
    m.budget = m.budget - cost
    if unlikely(used_up):
        slow(tick)
    if flag == 0:
        jump(target)
