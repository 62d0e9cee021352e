"""What instructions do when the fast path of reading or writing a field gives up."""

from __future__ import annotations

from cupola.kernel import Array, i64, inline, local
from cupola.language import exit_
from cupola.languages.lua.constants import HEAP_FULL, STUB_AFTER_NOTHING, STUB_AFTER_STORE
from cupola.languages.lua.failures import NAN_INDEX, NIL_INDEX
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.indexing import CALL_IT, FOUND, NOT_SET, index, set_index
from cupola.runtime.tables import NAN_KEY, NO_MEMORY
from cupola.runtime.values import FUNCTION, NIL, tag_of


@inline
def read(m: Machine, a: i64, object: i64, key: i64) -> None:
    """R[a] = object[key]"""
    out = local(Array[i64, 2])
    status = index(m.vm.heap, object, key, out)
    if status == FOUND:
        m.base[a] = out[0]
        return
    if status == CALL_IT:
        call_metamethod(m, out[0], out[1], key, NIL, 2, STUB_AFTER_STORE)
    fail_here(m, status, out[0], key)


@inline
def write(m: Machine, object: i64, key: i64, value: i64) -> None:
    """object[key] = value"""
    out = local(Array[i64, 2])
    status = set_index(m.vm.heap, object, key, value, out)
    if status == FOUND:
        return
    if status == CALL_IT:
        call_metamethod(m, out[0], out[1], key, value, 3, STUB_AFTER_NOTHING)
    if status == NOT_SET - NO_MEMORY:
        exit_(HEAP_FULL)
    if status <= NOT_SET:
        fail_here(m, NAN_INDEX if status == NOT_SET - NAN_KEY else NIL_INDEX, object, key)
    fail_here(m, status, out[0], key)


@inline
def read_noted(m: Machine, a: i64, object: i64, key: i64) -> None:
    """`read`, after a look that has noted the function to be called, if there is one."""
    if tag_of(m.vm.handler) == FUNCTION:
        call_metamethod(m, m.vm.handler, m.vm.receiver, key, NIL, 2, STUB_AFTER_STORE)
    read(m, a, object, key)


@inline
def write_noted(m: Machine, object: i64, key: i64, value: i64) -> None:
    """`write`, after a look that has noted the function to be called, if there is one."""
    if tag_of(m.vm.handler) == FUNCTION:
        call_metamethod(m, m.vm.handler, m.vm.receiver, key, value, 3, STUB_AFTER_NOTHING)
    write(m, object, key, value)
