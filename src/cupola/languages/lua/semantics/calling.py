"""How instructions fail, and call metamethods: the call is set up, a stub takes the result (`instructions.stubs`)."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, inline, pointer, u8, unlikely
from cupola.language import exit_, resume
from cupola.languages.lua.constants import FAILURE, FRAME_CELLS, THROWN
from cupola.languages.lua.failures import CALL
from cupola.languages.lua.library.failures import THROWN as THROWN_VALUE
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.frames import enter_frame, meta_place, resolve
from cupola.languages.lua.semantics.positions import is_known
from cupola.languages.lua.semantics.unwinding import (
    BASE,
    COUNT,
    NO_ROOM,
    PC,
    THROW_AGAIN,
    UNCAUGHT,
    is_caught,
    throw,
    unwind,
)
from cupola.runtime.values import FUNCTION, tag_of


@inline
def fail_here(m: Machine, failure: i64, first: i64, second: i64) -> None:
    """End the instruction with a failure."""
    m.vm.failure = failure
    m.vm.details[0] = first
    m.vm.details[1] = second
    if is_known(m.vm, m.base, m.pc):
        if is_caught(m.vm, m.base):
            throw_here(m)
    exit_(FAILURE)


@inline
def throw_here(m: Machine) -> None:
    """Throw `vm.error`, which is caught in this run, from this frame: go on in a handler, or where it is caught."""
    m.vm.context.saved[BASE] = address(m.base)
    m.vm.context.saved[COUNT] = m.n
    m.vm.context.saved[PC] = address(m.pc)
    done = throw(m.vm)
    m.base = pointer(Ptr[i64], m.vm.context.saved[BASE])
    m.n = m.vm.context.saved[COUNT]
    if done == NO_ROOM:  # the driver makes some
        m.vm.failure = THROWN_VALUE
        m.vm.details[0] = 0
    if done == NO_ROOM or done == THROW_AGAIN:
        exit_(FAILURE)
    resume(pointer(Ptr[u8], m.vm.context.saved[PC]))


@inline
def unwind_here(m: Machine) -> None:
    """Unwind for `vm.error` from this frame, and go on where it is caught."""
    done = unwind(m.vm, m.base)
    m.base = pointer(Ptr[i64], m.vm.context.saved[BASE])
    if done == UNCAUGHT:
        exit_(THROWN)
    m.n = m.vm.context.saved[COUNT]
    if done == THROW_AGAIN:
        exit_(FAILURE)
    resume(pointer(Ptr[u8], m.vm.context.saved[PC]))


@inline
def call_metamethod(m: Machine, function: i64, x: i64, y: i64, z: i64, count: i64, stub: i64) -> None:
    """Call a metamethod with `count` of three arguments, 2 or 3; `stub` takes its result."""
    place = meta_place(m)
    place[0] = function
    place[FRAME_CELLS] = x
    place[FRAME_CELLS + 1] = y
    if count == 3:
        place[FRAME_CELLS + 2] = z
    found = count
    if unlikely(tag_of(function) != FUNCTION):
        found = resolve(m.vm, place, count)
        if found < 0:
            fail_here(m, CALL, place[0], 0)
    enter_frame(m, place, found, m.vm.stubs[stub])
