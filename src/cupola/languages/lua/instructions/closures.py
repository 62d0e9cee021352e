"""Closures, and the ends of the lives of variables: upvalues that close, variables that are to be closed."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, u8, u32, unlikely
from cupola.language import Register, Word, exit_, slow
from cupola.language.frames import closure_at, frame_size
from cupola.language.reading import number_at, small
from cupola.languages.lua.constants import FRAME_CELLS, HEAP_FULL, STUB_AFTER_CLOSE, STUB_AFTER_CLOSE_OPEN
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import NOT_CLOSABLE
from cupola.languages.lua.instructions.moves import upvalue_at
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.collecting import collect_in_frame
from cupola.languages.lua.semantics.frames import enter_frame, resolve
from cupola.languages.lua.semantics.metatables import metamethod
from cupola.languages.lua.semantics.upvalues import (
    close_upvalues,
    find_upvalue,
    forget_closed,
    has_to_close,
    keep_place,
    push_to_close,
)
from cupola.runtime.heap.heap import allocate, barrier, wants_collection
from cupola.runtime.objects import (
    CELLS_START,
    CLOSURE,
    CLOSURE_UPVALUES,
    Closure,
    Object,
    Prototype,
    Upvalue,
)
from cupola.runtime.values import FUNCTION, NIL, is_false, object_of, payload, reference

CLOSE = NUMBER_OF["close"]


@kernel
def make_closure(vm: Ptr[VM], base: Ptr[i64], prototype: Ptr[Prototype]) -> i64:
    """A closure of a function, made by the function of the frame at `base`; NIL: no memory."""
    count = i64(prototype.upvalues)
    made = cast(Ptr[Closure], allocate(vm.heap, CLOSURE, CLOSURE_UPVALUES + count * 8))
    if made == null(Ptr[Closure]):
        return NIL
    made.header.extra = u32(count)
    made.code = prototype.code
    made.prototype = prototype
    captures = cast(Ptr[i64], cast(Ptr[u8], prototype.captures) + CELLS_START)
    upvalues = cast(Ptr[Ptr[Upvalue]], cast(Ptr[u8], made) + CLOSURE_UPVALUES)
    at = 0
    while at < count:
        capture = payload(captures[at])
        if capture >= 0:
            upvalues[at] = find_upvalue(vm.heap, base + capture)
            if upvalues[at] == null(Ptr[Upvalue]):
                return NIL
        else:
            upvalues[at] = upvalue_at(closure_at(base), -1 - capture)
        at += 1
    barrier(vm.heap, cast(Ptr[Object], made))
    return reference(FUNCTION, address(made))


@lua.slow_path
def closure_slow(m: Machine) -> None:
    """The collector has work to do first."""
    collect_in_frame(m, small(m.pc, 0) + 1)
    made = make_closure(m.vm, m.base, cast(Ptr[Prototype], object_of(number_at(m.vm.context, m.pc))))
    if made == NIL:
        exit_(HEAP_FULL)
    m.base[small(m.pc, 0)] = made


@lua.instruction
def closure(m: Machine, a: Register, k: Word) -> None:
    """R[a] = a closure of the function k"""
    if unlikely(wants_collection(m.vm.heap)):
        slow(closure_slow)
    made = make_closure(m.vm, m.base, cast(Ptr[Prototype], object_of(k)))
    if unlikely(made == NIL):
        slow(closure_slow)
    m.base[a] = made


# --- closing --------------------------------------------------------------------------------------------------------


@inline
def close_from(m: Machine, place: Ptr[i64]) -> None:
    """Close what lives from `place` up; a variable that is to be closed is given to its metamethod, and the instruction
    runs again afterwards."""
    running = m.vm.heap.current
    if has_to_close(running, place):
        value = forget_closed(running)
        handler = metamethod(m.vm.heap, value, CLOSE)
        call_metamethod(m, handler, value, NIL, NIL, 2, STUB_AFTER_CLOSE)
    close_upvalues(m.vm.heap, running, place)


@lua.slow_path
def close_slow(m: Machine) -> None:
    close_from(m, m.base + small(m.pc, 0))


@lua.instruction
def close(m: Machine, a: Register) -> None:
    """The variables from R[a] up end their lives."""
    running = m.vm.heap.current
    place = m.base + a
    if unlikely(has_to_close(running, place)):
        slow(close_slow)
    if running.open != null(Ptr[Upvalue]):
        if running.open.place >= place:
            slow(close_slow)


@lua.slow_path
def close_open_slow(m: Machine) -> None:
    """Open values may lie above the frame: the metamethod is called above them, and their number waits there, too."""
    running = m.vm.heap.current
    place = m.base + small(m.pc, 0)
    if has_to_close(running, place):
        value = forget_closed(running)
        handler = metamethod(m.vm.heap, value, CLOSE)
        above = m.base + max(small(m.pc, 1) + m.n, frame_size(m.base))
        if not keep_place(m.vm.heap, above):
            exit_(HEAP_FULL)
        above[0] = m.n
        above[1] = address(m.pc)
        above[2] = handler
        above[2 + FRAME_CELLS] = value
        above[3 + FRAME_CELLS] = NIL
        count = resolve(m.vm, above + 2, 2)
        if count < 0:
            fail_here(m, NOT_CLOSABLE, value, small(m.pc, 0))
        enter_frame(m, above + 2, count, m.vm.stubs[STUB_AFTER_CLOSE_OPEN])
    close_upvalues(m.vm.heap, running, place)


@lua.instruction(passes=True)
def close_open(m: Machine, a: Register, b: Register) -> None:
    """`close`, while n open values from R[b] on stay."""
    running = m.vm.heap.current
    place = m.base + a
    if unlikely(has_to_close(running, place)):
        slow(close_open_slow)
    if running.open != null(Ptr[Upvalue]):
        if running.open.place >= place:
            slow(close_open_slow)


@lua.slow_path
def to_close_slow(m: Machine) -> None:
    """A value that is neither nil nor false must have a metamethod."""
    place = m.base + small(m.pc, 0)
    if metamethod(m.vm.heap, place[0], CLOSE) == NIL:
        fail_here(m, NOT_CLOSABLE, place[0], small(m.pc, 0))
    if not push_to_close(m.vm.heap, place):
        exit_(HEAP_FULL)


@lua.instruction
def to_close(m: Machine, a: Register) -> None:
    """The variable in R[a] is to be closed when it ends its life."""
    if unlikely(not is_false(m.base[a])):
        slow(to_close_slow)
