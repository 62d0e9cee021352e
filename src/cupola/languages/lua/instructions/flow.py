"""Starts of functions, jumps, the ends of loops: where work is counted."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, unlikely
from cupola.language import Imm32, Small, Target, exit_, jump, slow
from cupola.language.reading import small
from cupola.language.standard import cost_at
from cupola.languages.lua.constants import CALLER, FUNCTION, LINK, STACK_FULL, VARARG_CELLS, VARARGS
from cupola.languages.lua.definition import lua, paths
from cupola.languages.lua.machine import Machine
from cupola.runtime.values import NIL

# The small operands of enter and enter_vararg, which come after the cost of 32 bits.
PARAMETERS, FRAME = 2, 3


@inline
def fill(base: Ptr[i64], count: i64, wanted: i64) -> None:
    """NIL for parameters without arguments."""
    at = count
    while at < wanted:
        base[at] = NIL
        at += 1


@lua.slow_path
def enter_slow(m: Machine) -> None:
    """Too few arguments, or too little stack."""
    size = small(m.pc, FRAME)
    if m.base + size > m.vm.stack_end:
        m.vm.wanted = size
        exit_(STACK_FULL)
    fill(m.base, m.n, small(m.pc, PARAMETERS))
    m.budget = m.budget - cost_at(m.vm.context, m.pc)


@lua.instruction(heat=True)
def enter(m: Machine, cost: Imm32, a: Small, b: Small) -> None:
    """A function with `a` parameters and `b` registers starts."""
    if unlikely(m.n < a):
        slow(enter_slow)
    if unlikely(m.base + b > m.vm.stack_end):
        slow(enter_slow)
    paths.charge(m, cost)


@lua.slow_path
def enter_vararg_slow(m: Machine) -> None:
    """The stack is too small for the arguments once more, and the frame."""
    m.vm.wanted = small(m.pc, FRAME) + m.n + VARARG_CELLS
    exit_(STACK_FULL)


@lua.instruction(heat=True)
def enter_vararg(m: Machine, cost: Imm32, a: Small, b: Small) -> None:
    """A function with `a` parameters, `...` and `b` registers starts: its frame moves above its arguments."""
    if unlikely(m.base + (m.n + VARARG_CELLS + b) > m.vm.stack_end):
        slow(enter_vararg_slow)
    paths.charge(m, cost)
    move_frame(m, a)


@inline
def move_frame(m: Machine, parameters: i64) -> None:
    """Let the frame begin above the arguments, with the first of them as parameters."""
    shift = m.n + VARARG_CELLS
    base = m.base + shift
    base[VARARGS] = m.n
    base[FUNCTION] = m.base[FUNCTION]
    base[CALLER] = m.base[CALLER]
    base[LINK] = m.base[LINK] + shift * 8
    at = 0
    while at < parameters:
        base[at] = m.base[at] if at < m.n else NIL
        at += 1
    m.base = base


@lua.instruction(name="jump", ends=True)
def go(m: Machine, target: Target) -> None:
    """Go to `target`."""
    jump(target)


@lua.instruction(heat=True, ends=True)
def loop(m: Machine, cost: Imm32, target: Target) -> None:
    """Go back to `target`, the head of a loop."""
    paths.charge(m, cost)
    jump(target)
