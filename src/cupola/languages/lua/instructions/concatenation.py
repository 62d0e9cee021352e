"""Concatenation, and how it goes on after a metamethod."""

from __future__ import annotations

from cupola.kernel import Ptr, address, null, pointer, u8, unlikely
from cupola.language import Register, resume, slow
from cupola.language.frames import frame_size
from cupola.language.reading import after, small
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.collecting import collect_in_frame
from cupola.languages.lua.semantics.concatenation import COUNT_SHIFT, concatenate_from, join_all
from cupola.languages.lua.semantics.frames import meta_result
from cupola.runtime.heap.heap import wants_collection
from cupola.runtime.objects import String
from cupola.runtime.values import STRING, reference

PC_MASK = (1 << COUNT_SHIFT) - 1


@lua.slow_path
def concat_slow(m: Machine) -> None:
    if wants_collection(m.vm.heap):
        collect_in_frame(m, small(m.pc, 1) + small(m.pc, 2))
    concatenate_from(m, small(m.pc, 0), m.base + small(m.pc, 1), small(m.pc, 2))


@lua.instruction
def concat(m: Machine, a: Register, b: Register, c: Register) -> None:
    """R[a] = R[b] .. R[b+1] .. ... R[b+c-1]"""
    place = m.base + b
    if unlikely(wants_collection(m.vm.heap)):
        slow(concat_slow)
    joined = join_all(m.vm.heap, place, c)
    if unlikely(joined == null(Ptr[String])):
        slow(concat_slow)
    m.base[a] = reference(STRING, address(joined))


@lua.instruction(ends=True, cold=True)
def after_concat(m: Machine) -> None:
    """The result of a metamethod takes the place of its two arguments."""
    noted = m.base[frame_size(m.base)]
    result = meta_result(m.base)
    m.pc = pointer(Ptr[u8], noted & PC_MASK)
    left = noted >> COUNT_SHIFT
    place = m.base + small(m.pc, 1)
    place[left - 2] = result
    if left - 1 == 1:
        m.base[small(m.pc, 0)] = result
        resume(after(m.vm.context, m.pc))
    concatenate_from(m, small(m.pc, 0), place, left - 1)
    resume(after(m.vm.context, m.pc))
