"""Calls, from registers that hold a function, two cells for its frame, and its arguments."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, inline, unlikely
from cupola.language import Register, Small, jump, resume, slow
from cupola.language.frame_cells import CELL
from cupola.language.frames import code_of, frame_size
from cupola.language.reading import after, small
from cupola.languages.lua.constants import (
    CALLER,
    FRAME_CELLS,
    FUNCTION,
    LINK,
    ROOM,
    STUB_AFTER_TAIL,
    VARARG_CELLS,
    VARARGS,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import CALL
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.calling import fail_here
from cupola.languages.lua.semantics.frames import enter_frame, meta_place, resolve
from cupola.runtime import values
from cupola.runtime.objects import CLOSURE
from cupola.runtime.values import NIL, object_of, tag_of

CALL_BYTES = 16  # of `call` and `call_open`


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
    base = m.base + (a + FRAME_CELLS)
    base[CALLER] = address(m.pc + CALL_BYTES)
    base[LINK] = (a + FRAME_CELLS) * CELL
    m.base = base
    m.n = b
    jump(code_of(function))


@lua.instruction(out_state=0)
def call_open(m: Machine, a: Register, b: Register) -> None:
    """The same with b arguments and then n open ones."""
    function = m.base[a]
    if unlikely(tag_of(function) != values.FUNCTION):
        slow(call_open_slow)
    base = m.base + (a + FRAME_CELLS)
    base[CALLER] = address(m.pc + CALL_BYTES)
    base[LINK] = (a + FRAME_CELLS) * CELL
    m.base = base
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
    """A tail call of what is no function of the guest."""
    place = m.base + small(m.pc, 0)
    found = resolve(m.vm, place, count)
    if found < 0:
        fail_here(m, CALL, place[0], 0)  # the last handler, if there are some
    if i64(object_of(place[0]).kind) == CLOSURE or found > ROOM:
        replace(m, base, small(m.pc, 0), found)
        resume(code_of(base[FUNCTION]))
    # A native function is called from here, as messages tell its caller. Its arguments move up, and may lie where they
    # come to, and where `meta_place` notes the instruction.
    above = m.base + (frame_size(m.base) + 1)
    at = found - 1
    while at >= 0:
        above[FRAME_CELLS + at] = place[FRAME_CELLS + at]
        at -= 1
    above = meta_place(m)
    above[0] = place[0]
    enter_frame(m, above, found, m.vm.stubs[STUB_AFTER_TAIL])


@lua.slow_path
def tail_call_slow(m: Machine) -> None:
    tail_call_other(m, m.base, small(m.pc, 1))


@lua.slow_path
def tail_call_open_slow(m: Machine) -> None:
    tail_call_other(m, m.base, small(m.pc, 1) + m.n)


@lua.slow_path
def vararg_tail_call_slow(m: Machine) -> None:
    tail_call_other(m, outer_frame(m.base), small(m.pc, 1))


@lua.slow_path
def vararg_tail_call_open_slow(m: Machine) -> None:
    tail_call_other(m, outer_frame(m.base), small(m.pc, 1) + m.n)


@lua.instruction(ends=True)
def tail_call(m: Machine, a: Register, b: Register) -> None:
    """Call R[a] with b arguments in the place of this function."""
    function = m.base[a]
    if unlikely(not is_closure(function)):
        slow(tail_call_slow)
    replace(m, m.base, a, b)
    jump(code_of(function))


@lua.instruction(ends=True)
def tail_call_open(m: Machine, a: Register, b: Register) -> None:
    """The same with b arguments and then n open ones."""
    function = m.base[a]
    if unlikely(not is_closure(function)):
        slow(tail_call_open_slow)
    replace(m, m.base, a, b + m.n)
    jump(code_of(function))


@lua.instruction(ends=True)
def vararg_tail_call(m: Machine, a: Register, b: Register) -> None:
    """`tail_call` in a function with `...`."""
    function = m.base[a]
    if unlikely(not is_closure(function)):
        slow(vararg_tail_call_slow)
    replace(m, outer_frame(m.base), a, b)
    jump(code_of(function))


@lua.instruction(ends=True)
def vararg_tail_call_open(m: Machine, a: Register, b: Register) -> None:
    """`tail_call_open` in a function with `...`."""
    function = m.base[a]
    if unlikely(not is_closure(function)):
        slow(vararg_tail_call_open_slow)
    replace(m, outer_frame(m.base), a, b + m.n)
    jump(code_of(function))
