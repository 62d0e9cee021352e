"""Calls, from registers that hold a function, two cells for its frame, and its arguments."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, unlikely
from cupola.language import Register, Small, jump, resume, slow
from cupola.language.frames import code_of, frame_above, mark_replaced
from cupola.language.reading import after, small
from cupola.languages.lua.constants import (
    FRAME_CELLS,
    FUNCTION,
    VARARG_CELLS,
    VARARGS,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import CALL
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.calling import fail_here
from cupola.languages.lua.semantics.frames import enter_frame, resolve
from cupola.runtime import values
from cupola.runtime.objects import CLOSURE
from cupola.runtime.values import NIL, object_of, tag_of

CALL_BYTES = 16  # of all calls


@inline
def call_other(m: Machine, count: i64) -> None:
    """Call what is no function: by its metamethod."""
    place = m.base + small(m.pc, 0)
    found = resolve(m.vm, place, count)
    if found < 0:
        fail_here(m, CALL, place[0], 0)  # the last handler, if there are some
    enter_frame(m, place, found, after(m.vm.context, m.pc))


@lua.slow_path
def call_slow(m: Machine) -> None:
    call_other(m, small(m.pc, 1))


@lua.slow_path
def call_open_slow(m: Machine) -> None:
    call_other(m, small(m.pc, 1) + m.n)


@lua.instruction(out_state=0)
def call(m: Machine, a: Register, b: Register) -> None:
    """Call R[a] with the b arguments R[a+3], R[a+4], ...; its results come to R[a], R[a+1], ..., the first as nil if
    there is none, and n tells how many there are."""
    function = m.base[a]
    if unlikely(tag_of(function) != values.FUNCTION):
        slow(call_slow)
    m.base = frame_above(m.base, a + FRAME_CELLS, m.pc + CALL_BYTES)
    m.n = b
    jump(code_of(function))


@lua.instruction(out_state=0)
def call_open(m: Machine, a: Register, b: Register) -> None:
    """The same with b arguments and then n open ones."""
    function = m.base[a]
    if unlikely(tag_of(function) != values.FUNCTION):
        slow(call_open_slow)
    m.base = frame_above(m.base, a + FRAME_CELLS, m.pc + CALL_BYTES)
    m.n = m.n + b
    jump(code_of(function))


@lua.instruction
def adjust(m: Machine, a: Register, b: Small) -> None:
    """After a call: nil for those of the values R[a] to R[a+b-1] that it did not give."""
    at = m.n
    while at < b:
        m.base[a + at] = NIL
        at += 1


# --- tail calls: the frame is replaced ------------------------------------------------------------------------------


@inline
def replace(m: Machine, base: Ptr[i64], a: i64, count: i64) -> None:
    """Move the function in R[a] and its arguments to the frame at `base`, and start it there."""
    place = m.base + a
    base[FUNCTION] = place[0]
    at = 0
    while at < count:
        base[at] = place[FRAME_CELLS + at]
        at += 1
    mark_replaced(base)
    m.base = base
    m.n = count


@inline
def outer_frame(base: Ptr[i64]) -> Ptr[i64]:
    """The frame that the call of a function with `...` made, below the one it runs on."""
    return base - (base[VARARGS] + VARARG_CELLS)


@inline
def is_closure(value: i64) -> bool:
    """Whether a value is a function of the guest."""
    found = False
    if tag_of(value) == values.FUNCTION:
        found = i64(object_of(value).kind) == CLOSURE
    return found


@inline
def tail_call_other(m: Machine, base: Ptr[i64], count: i64) -> None:
    """A tail call of what is no function."""
    place = m.base + small(m.pc, 0)
    found = resolve(m.vm, place, count)
    if found < 0:
        fail_here(m, CALL, place[0], 0)  # the last handler, if there are some
    if is_closure(place[0]):
        replace(m, base, small(m.pc, 0), found)
        resume(code_of(base[FUNCTION]))
    enter_frame(m, place, found, after(m.vm.context, m.pc))


def define_tail_call(name: str, is_open: bool, in_vararg: bool) -> None:
    """A tail call with b arguments, or b and n open ones, of a function with `...` or without.

    A native function is called like any other, as messages tell its caller; the instruction behind this one returns
    what it gives.
    """

    @lua.slow_path
    def path(m: Machine) -> None:
        base = outer_frame(m.base) if in_vararg else m.base
        tail_call_other(m, base, small(m.pc, 1) + m.n if is_open else small(m.pc, 1))

    @lua.instruction(name=name, out_state=0)
    def tail_call(m: Machine, a: Register, b: Register) -> None:
        """Call R[a] with its arguments in the place of this function."""
        function = m.base[a]
        count = b + m.n if is_open else b
        if unlikely(tag_of(function) != values.FUNCTION):
            slow(path)
        if is_closure(function):
            base = outer_frame(m.base) if in_vararg else m.base
            replace(m, base, a, count)
        else:
            m.base = frame_above(m.base, a + FRAME_CELLS, m.pc + CALL_BYTES)
            m.n = count
        jump(code_of(function))


for each_open in (False, True):
    for each_vararg in (False, True):
        prefix, suffix = "vararg_" if each_vararg else "", "_open" if each_open else ""
        define_tail_call(f"{prefix}tail_call{suffix}", each_open, each_vararg)
