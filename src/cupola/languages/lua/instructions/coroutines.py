"""Coroutines: stacks of their own; resuming and yielding is a change of base, and of the stack's end."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, null, pointer, u8, u16, unlikely
from cupola.language import exit_, jump, resume
from cupola.language.frames import code_of, down, link_at
from cupola.languages.lua.constants import (
    CALLER,
    FRAME_CELLS,
    FUNCTION,
    HEAP_FULL,
    LINK,
    ROOM,
    STUB_COROUTINE_END,
    STUB_RESUME,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import (
    DEAD_COROUTINE,
    NESTED_DEEP,
    NOT_A_COROUTINE,
    NOT_SUSPENDED,
    OUTSIDE_COROUTINE,
    YIELD_ACROSS_DRIVER,
)
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import BUSY_MESSAGE, DEAD_MESSAGE, NESTED_MESSAGE
from cupola.languages.lua.semantics.calling import fail_here, throw_here
from cupola.languages.lua.semantics.positions import place_message
from cupola.languages.lua.semantics.unwinding import is_caught, switch_to
from cupola.runtime.coroutines import coroutine_in, ensure_stack, is_coroutine, is_nested_deep
from cupola.runtime.heap.heap import barrier
from cupola.runtime.objects import (
    DEAD,
    NATIVE_VALUES,
    NORMAL,
    SUSPENDED,
    Coroutine,
    Object,
)
from cupola.runtime.values import FALSE, NIL, TRUE, object_of


@inline
def give(m: Machine, frame: Ptr[i64], values: Ptr[i64], count: i64) -> None:
    """Let the resume or wrap whose frame is `frame` return values from another stack."""
    caller = pointer(Ptr[u8], frame[CALLER])
    results = frame + FUNCTION
    first: i64 = 0
    if code_of(frame[FUNCTION]) == m.vm.stubs[STUB_RESUME]:
        first = 1
    m.base = down(frame, link_at(frame))
    results[0] = NIL
    if first == 1:
        results[0] = TRUE
    at = 0
    while at < count:
        results[first + at] = values[at]
        at += 1
    m.n = count + first
    resume(caller)


@inline
def start(m: Machine, coroutine: Ptr[Coroutine], arguments: Ptr[i64], count: i64) -> None:
    """Go on in a suspended coroutine, with values from this one's stack."""
    running = m.vm.heap.current
    if not ensure_stack(m.vm.heap, coroutine, count):
        exit_(HEAP_FULL)
    running.base = m.base
    running.top = m.base + m.n
    running.header.flags = u16(NORMAL)
    coroutine.resumer = running
    coroutine.nested = running.nested + 1
    coroutine.header.extra = m.vm.level
    barrier(m.vm.heap, cast(Ptr[Object], coroutine))
    base = switch_to(m.vm, coroutine)
    if base == null(Ptr[i64]):  # it has not begun: its function is its first cell
        base = coroutine.stack + FRAME_CELLS
        base[CALLER] = address(m.vm.stubs[STUB_COROUTINE_END])
        base[LINK] = 0
        at = 0
        while at < count:
            base[at] = arguments[at]
            at += 1
        m.base = base
        m.n = count
        resume(code_of(base[FUNCTION]))
    caller = pointer(Ptr[u8], base[CALLER])
    m.base = down(base, link_at(base))
    results = base + FUNCTION
    results[0] = NIL
    at = 0
    while at < count:
        results[at] = arguments[at]
        at += 1
    m.n = count
    resume(caller)


@lua.instruction(name="resume", ends=True, cold=True)
def resume_coroutine(m: Machine) -> None:
    """coroutine.resume: let the first argument go on with the others."""
    base = m.base
    if m.n == 0:
        fail_here(m, NOT_A_COROUTINE, NIL, 0)
    if not is_coroutine(base[0]):
        fail_here(m, NOT_A_COROUTINE, base[0], 1)
    coroutine = coroutine_in(base[0])
    status = i64(coroutine.header.flags)
    nested = is_nested_deep(m.vm.heap.current)
    if unlikely(status != SUSPENDED or nested):
        caller = pointer(Ptr[u8], base[CALLER])
        m.base = down(base, link_at(base))
        base[FUNCTION] = FALSE
        base[FUNCTION + 1] = m.vm.heap.roots[DEAD_MESSAGE if status == DEAD else BUSY_MESSAGE]
        if status == SUSPENDED:
            base[FUNCTION + 1] = m.vm.heap.roots[NESTED_MESSAGE]
        m.n = 2
        jump(caller)
    start(m, coroutine, base + 1, m.n - 1)


@lua.instruction(ends=True, cold=True)
def wrap(m: Machine) -> None:
    """A function that coroutine.wrap has made: let its coroutine go on with the arguments."""
    function = cast(Ptr[u8], object_of(m.base[FUNCTION]))
    coroutine = coroutine_in(cast(Ptr[i64], function + NATIVE_VALUES)[0])
    status = i64(coroutine.header.flags)
    if unlikely(status == DEAD):
        refuse(m, DEAD_MESSAGE, DEAD_COROUTINE)
    if unlikely(status != SUSPENDED):
        refuse(m, BUSY_MESSAGE, NOT_SUSPENDED)
    if unlikely(is_nested_deep(m.vm.heap.current)):
        refuse(m, NESTED_MESSAGE, NESTED_DEEP)
    start(m, coroutine, m.base, m.n)


@inline
def refuse(m: Machine, message: i64, failure: i64) -> None:
    """Throw a message, a root, with the position of the call; the driver makes it where that is not simple."""
    m.vm.error = m.vm.heap.roots[message]
    if place_message(m.vm, m.base, 1):
        if is_caught(m.vm, m.base):
            throw_here(m)
    fail_here(m, failure, 0, 0)


@lua.instruction(name="yield", ends=True, cold=True)
def yield_values(m: Machine) -> None:
    """coroutine.yield: let the resumer have the arguments."""
    running = m.vm.heap.current
    other = running.resumer
    if other == null(Ptr[Coroutine]):
        fail_here(m, OUTSIDE_COROUTINE, 0, 0)
    if running.header.extra != m.vm.level:
        fail_here(m, YIELD_ACROSS_DRIVER, 0, 0)
    if m.n > ROOM:
        if not ensure_stack(m.vm.heap, other, m.n):
            exit_(HEAP_FULL)
    running.base = m.base
    running.top = m.base + m.n
    running.header.flags = u16(SUSPENDED)
    running.resumer = null(Ptr[Coroutine])
    give(m, switch_to(m.vm, other), m.base, m.n)


@lua.instruction(ends=True, cold=True)
def coroutine_end(m: Machine) -> None:
    """The function of the coroutine has returned."""
    running = m.vm.heap.current
    other = running.resumer
    if m.n > ROOM:
        if not ensure_stack(m.vm.heap, other, m.n):
            exit_(HEAP_FULL)
    results = m.base + FUNCTION
    running.base = m.base
    running.top = m.base + m.n
    running.header.flags = u16(DEAD)
    running.resumer = null(Ptr[Coroutine])
    give(m, switch_to(m.vm, other), results, m.n)
