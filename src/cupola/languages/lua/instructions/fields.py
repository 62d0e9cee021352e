"""Fields: reading and writing with keys that are strings in the code, by inline caches.

Where a cache knows a metamethod, nothing is searched: the slow path calls it. Global variables are fields too, see
`globals`.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, unlikely
from cupola.language import Cache5, Cache22, Register, Word, slow
from cupola.language.reading import number_place, small
from cupola.languages.lua.cache_cells import KEY
from cupola.languages.lua.constants import FRAME_CELLS, STUB_AFTER_NOTHING, STUB_AFTER_STORE
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions import write_caches
from cupola.languages.lua.instructions.read_caches import (
    ABSENT,
    is_called,
    known_handler,
    read_cached,
    read_inherited,
    read_own,
)
from cupola.languages.lua.instructions.write_caches import write_cached, write_known
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.access import read_noted, write_noted
from cupola.languages.lua.semantics.calling import call_metamethod
from cupola.runtime.values import NIL


@inline
def cache_at(m: Machine) -> Ptr[i64]:
    """The cells of the instruction that runs, which follow its key."""
    return number_place(m.vm.context, m.pc) - KEY


# --- reading --------------------------------------------------------------------------------------------------------


@inline
def read_uncached(m: Machine, object: i64) -> None:
    """R[a] = object.k, where the instruction gave up: because its cache knows a metamethod, of such objects or of
    others, or because `read_cached` did not find out."""
    cache = cache_at(m)
    handler = known_handler(object, cache)
    if handler == NIL and is_called(cache):  # so the instruction may not have tried
        value, known = read_cached(m.vm, object, cache)
        if known:
            m.base[small(m.pc, 0)] = value
            return
    m.vm.uncached = m.vm.uncached + 1
    if handler != NIL:
        call_metamethod(m, handler, object, cache[KEY], NIL, 2, STUB_AFTER_STORE)
    read_noted(m, small(m.pc, 0), object, cache[KEY])


@lua.slow_path
def get_field_slow(m: Machine) -> None:
    read_uncached(m, m.base[small(m.pc, 1)])


@lua.instruction
def get_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache22) -> None:
    """R[a] = R[b].k"""
    x = m.base[b]
    value = read_own(x, cache)
    if unlikely(value == NIL):
        value, known, called = read_inherited(m.vm.heap, x, cache, ABSENT)
        if not known:
            if called:
                slow(get_field_slow)
            value, known = read_cached(m.vm, x, cache)
            if unlikely(not known):
                slow(get_field_slow)
    m.base[a] = value


@lua.slow_path
def self_slow(m: Machine) -> None:
    object = m.base[small(m.pc, 1)]
    m.base[small(m.pc, 0) + FRAME_CELLS] = object
    read_uncached(m, object)


@lua.instruction(name="self")
def method(m: Machine, a: Register, b: Register, k: Word, cache: Cache22) -> None:
    """R[a+3] = R[b]; R[a] = R[b].k"""
    x = m.base[b]
    value, known, called = read_inherited(m.vm.heap, x, cache, 0)
    if unlikely(not known):
        if called:
            slow(self_slow)
        value, known = read_cached(m.vm, x, cache)
        if unlikely(not known):
            slow(self_slow)
    m.base[a + FRAME_CELLS] = x
    m.base[a] = value


# --- writing --------------------------------------------------------------------------------------------------------


@lua.slow_path
def set_field_slow(m: Machine) -> None:
    """The same for writing."""
    object = m.base[small(m.pc, 0)]
    value = m.base[small(m.pc, 1)]
    cache = cache_at(m)
    handler = write_caches.known_handler(object, cache)
    if handler == NIL and write_caches.is_called(cache):
        if write_cached(m.vm, object, value, cache):
            return
    m.vm.uncached = m.vm.uncached + 1
    if handler != NIL:
        call_metamethod(m, handler, object, cache[KEY], value, 3, STUB_AFTER_NOTHING)
    write_noted(m, object, cache[KEY], value)


@lua.instruction
def set_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache5) -> None:
    """R[a].k = R[b]"""
    if unlikely(not write_known(m.base[a], cache, m.base[b])):
        if write_caches.is_called(cache):
            slow(set_field_slow)
        if unlikely(not write_cached(m.vm, m.base[a], m.base[b], cache)):
            slow(set_field_slow)
