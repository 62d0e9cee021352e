"""Values that are moved: between registers, from constants, from and to upvalues."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, u8, unlikely
from cupola.language import Register, Word, slow
from cupola.language.frames import closure_at
from cupola.language.reading import small
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import Machine
from cupola.runtime.heap.heap import barrier
from cupola.runtime.objects import CLOSURE_UPVALUES, REMEMBER, Closure, Object, Upvalue
from cupola.runtime.values import NIL


@lua.instruction
def move(m: Machine, a: Register, b: Register) -> None:
    """R[a] = R[b]"""
    m.base[a] = m.base[b]


@lua.instruction
def constant(m: Machine, a: Register, k: Word) -> None:
    """R[a] = k"""
    m.base[a] = k


@lua.instruction
def load_nil(m: Machine, a: Register, b: Register) -> None:
    """R[a], R[a+1], ... R[a+b-1] = nil"""
    done = 0
    while done < b:
        m.base[a + done] = NIL
        done += 1


@inline
def upvalue_at(closure: Ptr[Closure], number: i64) -> Ptr[Upvalue]:
    """One of the upvalues of a closure."""
    return cast(Ptr[Ptr[Upvalue]], cast(Ptr[u8], closure) + CLOSURE_UPVALUES)[number]


@lua.instruction
def get_upvalue(m: Machine, a: Register, b: Register) -> None:
    """R[a] = U[b]"""
    m.base[a] = upvalue_at(closure_at(m.base), b).place[0]


@lua.slow_path
def set_old_upvalue(m: Machine) -> None:
    """The upvalue lives longer than what is stored: the collector is told."""
    upvalue = upvalue_at(closure_at(m.base), small(m.pc, 1))
    upvalue.place[0] = m.base[small(m.pc, 0)]
    barrier(m.vm.heap, cast(Ptr[Object], upvalue))


@lua.instruction
def set_upvalue(m: Machine, a: Register, b: Register) -> None:
    """U[b] = R[a]"""
    upvalue = upvalue_at(closure_at(m.base), b)
    if unlikely(i64(upvalue.header.mark) & REMEMBER != 0):
        slow(set_old_upvalue)
    upvalue.place[0] = m.base[a]
