"""Frames and calls: how functions are entered, from instructions and in the place of metamethods."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, inline, kernel, pointer, u8
from cupola.language import resume
from cupola.language.frame_cells import CALLER, FRAME_CELLS, LINK
from cupola.language.frames import code_of, frame_size
from cupola.language.reading import after
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.metatables import metamethod
from cupola.runtime import values
from cupola.runtime.values import NIL, tag_of

CALL = NUMBER_OF["call"]
MOST_CALL_HANDLERS = 100  # __call of a value that is called by __call ...: if the stack has a cell for each
META_CELLS = FRAME_CELLS + 1  # where an instruction was interrupted, and a frame
NEXT_SHIFT = (
    32  # of the address of the instruction after that one, in the same cell: all code lies below 2 GiB
)
PC_MASK = (1 << NEXT_SHIFT) - 1


@kernel
def resolve(vm: Ptr[VM], place: Ptr[i64], count: i64) -> i64:
    """Make the value at `place`, which is called with `count` arguments from place[3] on, a function: a value with a
    metamethod __call becomes the first argument of that. The number of arguments then, or -1 if it cannot be called."""
    total = count
    running = vm.heap.current
    end = running.stack + running.stack_size
    tries = 0
    while tag_of(place[0]) != values.FUNCTION:
        handler = metamethod(vm.heap, place[0], CALL)
        if handler == NIL or tries == MOST_CALL_HANDLERS or place + (FRAME_CELLS + total + 1) > end:
            return -1
        at = total
        while at > 0:
            place[FRAME_CELLS + at] = place[FRAME_CELLS + at - 1]
            at -= 1
        place[FRAME_CELLS] = place[0]
        place[0] = handler
        total += 1
        tries += 1
    return total


@inline
def enter_frame(m: Machine, place: Ptr[i64], count: i64, caller: Ptr[u8]) -> None:
    """Call the function at `place`, whose arguments lie from place[3] on; it returns to `caller`."""
    base = place + FRAME_CELLS
    base[CALLER] = address(caller)
    base[LINK] = address(base) - address(m.base)
    m.base = base
    m.n = count
    resume(code_of(place[0]))


@inline
def meta_place(m: Machine) -> Ptr[i64]:
    """Where a metamethod is called from the instruction at `pc`: its function goes here, its arguments 3 cells on."""
    place = m.base + frame_size(m.base)
    place[0] = address(m.pc) | (address(after(m.vm.context, m.pc)) << NEXT_SHIFT)
    return place + 1


@inline
def interrupted(base: Ptr[i64]) -> Ptr[u8]:
    """The instruction that was interrupted by a metamethod."""
    return pointer(Ptr[u8], base[frame_size(base)] & PC_MASK)


@inline
def after_interrupted(base: Ptr[i64]) -> Ptr[u8]:
    """The instruction after that one."""
    return pointer(Ptr[u8], base[frame_size(base)] >> NEXT_SHIFT)


@inline
def meta_result(base: Ptr[i64]) -> i64:
    """The first result of the metamethod that has returned."""
    return base[frame_size(base) + 1]
