"""What CATCH leaves on the return stack, and THROW, which goes back to it.

A frame, from the bottom, in cells:

    0      where the guest goes on after the CATCH: to backtraces this is CATCH's return address
    1      the frame of the CATCH around it, or 0
    2      the data stack pointer
    3, 4   index and limit of the innermost loop
    5      the float stack pointer
    6      how many cells N>R has put aside
    7      the input source (see `source.save_source`)

On top of it lies a return address into the hidden piece of guest code `(catch-end)`: a word that returns
normally comes there. The header of that code has `CATCH_SITE` as its site.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, f64, i64, inline, null, pointer, u8
from cupola.language import exit_, resume
from cupola.languages.forth.constants import EXIT_THROW
from cupola.languages.forth.interpreter.source import CATCH_CELLS, restore_source, save_source
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.physics.leaving import cut_short, steps_of

FRAME_CELLS = CATCH_CELLS
CATCH_SITE = FRAME_CELLS - 1


@inline
def throw_now(m: Machine, code: i64) -> None:
    """Go back to the newest CATCH with `code` (not 0) on the stack; without one, leave to the driver."""
    frame = m.vm.handler
    if frame == null(Ptr[i64]):
        m.vm.error = code
        m.vm.throw_pc = m.pc
        exit_(EXIT_THROW)
    cut_short(m.vm, m.pc, m.rp, steps_of(m.vm, m.budget), frame, FRAME_CELLS)
    drop_frame(m)
    restore_floats(m, pointer(Ptr[f64], frame[5]))
    m.sp = pointer(Ptr[i64], frame[2]) - 1
    m.sp[0] = code
    resume(pointer(Ptr[u8], frame[0]))


@inline
def restore_floats(m: Machine, depth: Ptr[f64]) -> None:
    """Let the stack of floats be as deep as when `fp` was `depth`; floats that were taken from it since are 0."""
    while m.fp > depth:
        m.fp = m.fp - 1
        m.fp[0] = m.ftop
        m.ftop = 0.0
    if m.fp < depth:
        m.ftop = depth[-1]
        m.fp = depth


@inline
def drop_frame(m: Machine) -> None:
    """Take everything but the data stack and the floats back from the newest frame, and forget it."""
    frame = m.vm.handler
    m.vm.handler = pointer(Ptr[i64], frame[1])
    m.rp = frame
    m.index = frame[3]
    m.limit = frame[4]
    m.vm.aside_count = frame[6]
    restore_source(m.vm, frame + 7)


@inline
def push_frame(m: Machine, after: i64) -> None:
    """Push a frame that goes on at the guest code `after`, and the return address on top of it."""
    frame = m.rp
    frame[0] = after
    frame[1] = address(m.vm.handler)
    frame[2] = address(m.sp)
    frame[3] = m.index
    frame[4] = m.limit
    frame[5] = address(m.fp)
    frame[6] = m.vm.aside_count
    save_source(m.vm, frame + 7)
    frame[FRAME_CELLS] = address(m.vm.catch_end)
    m.rp = frame + (FRAME_CELLS + 1)
    m.vm.handler = frame
