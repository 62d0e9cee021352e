"""Fields: reading and writing with keys that are strings in the code, by inline caches.

Global variables are fields too, see `globals`.
"""

from __future__ import annotations

from cupola.kernel import unlikely
from cupola.language import Cache5, Cache22, Register, Word, slow
from cupola.language.reading import number_at, small
from cupola.languages.lua.constants import FRAME_CELLS
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.read_caches import ABSENT, read_cached, read_inherited, read_own
from cupola.languages.lua.instructions.write_caches import write_cached, write_known
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.access import read, write
from cupola.runtime.values import NIL


@lua.slow_path
def get_field_slow(m: Machine) -> None:
    m.vm.uncached = m.vm.uncached + 1
    object = m.base[small(m.pc, 1)]
    key = number_at(m.vm.context, m.pc)
    read(m, small(m.pc, 0), object, key)


@lua.instruction
def get_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache22) -> None:
    """R[a] = R[b].k"""
    x = m.base[b]
    value = read_own(x, cache)
    if unlikely(value == NIL):
        value, known = read_inherited(m.vm.heap, x, cache, ABSENT)
        if not known:
            value, known = read_cached(m.vm.heap, x, cache)
            if unlikely(not known):
                slow(get_field_slow)
    m.base[a] = value


@lua.slow_path
def self_slow(m: Machine) -> None:
    m.vm.uncached = m.vm.uncached + 1
    a = small(m.pc, 0)
    object = m.base[small(m.pc, 1)]
    key = number_at(m.vm.context, m.pc)
    m.base[a + FRAME_CELLS] = object
    read(m, a, object, key)


@lua.instruction(name="self")
def method(m: Machine, a: Register, b: Register, k: Word, cache: Cache22) -> None:
    """R[a+3] = R[b]; R[a] = R[b].k"""
    x = m.base[b]
    value, known = read_inherited(m.vm.heap, x, cache, 0)
    if unlikely(not known):
        value, known = read_cached(m.vm.heap, x, cache)
        if unlikely(not known):
            slow(self_slow)
    m.base[a + FRAME_CELLS] = x
    m.base[a] = value


@lua.slow_path
def set_field_slow(m: Machine) -> None:
    m.vm.uncached = m.vm.uncached + 1
    object = m.base[small(m.pc, 0)]
    key = number_at(m.vm.context, m.pc)
    write(m, object, key, m.base[small(m.pc, 1)])


@lua.instruction
def set_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache5) -> None:
    """R[a].k = R[b]"""
    if unlikely(not write_known(m.base[a], cache, m.base[b])):
        if unlikely(not write_cached(m.vm.heap, m.base[a], m.base[b], cache)):
            slow(set_field_slow)
