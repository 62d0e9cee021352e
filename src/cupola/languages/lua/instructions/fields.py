"""Fields: reading and writing with keys that are strings in the code, with inline caches on shapes."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, null, u8, unlikely
from cupola.language import Cache2, Register, Word, slow
from cupola.languages.lua.constants import FRAME_CELLS
from cupola.languages.lua.definition import lua, number_at, small
from cupola.languages.lua.instructions.moves import upvalue_at
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.access import read, write
from cupola.languages.lua.semantics.frames import closure_at
from cupola.runtime import values
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import REMEMBER, Shape, Table
from cupola.runtime.tables import find_slot
from cupola.runtime.values import NIL, object_of, tag_of

CACHE = 24  # where the cells of a cache lie: after three small operands and the key


@inline
def learn(heap: Ptr[Heap], pc: Ptr[u8], object: i64, key: i64) -> None:
    """Note in the cache at `pc` where a table like this has the field, if it has it."""
    if tag_of(object) == values.TABLE:
        table = cast(Ptr[Table], object_of(object))
        if table.shape != null(Ptr[Shape]):
            slot = find_slot(heap, table.shape, key)
            if slot >= 0:
                cache = cast(Ptr[i64], pc + CACHE)
                cache[0] = address(table.shape)
                cache[1] = slot * 8


@inline
def cached(table: Ptr[Table], cache: Ptr[i64]) -> Ptr[i64]:
    """The slot of a table that has the shape in the cache."""
    return cast(Ptr[i64], cast(Ptr[u8], table.slots) + cache[1])


@inline
def table_in(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


# --- reading --------------------------------------------------------------------------------------------------------


@lua.slow_path
def get_field_slow(m: Machine) -> None:
    object = m.base[small(m.pc, 1)]
    key = number_at(m.vm, m.pc)
    learn(m.vm.heap, m.pc, object, key)
    read(m, small(m.pc, 0), object, key)


@lua.instruction
def get_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache2) -> None:
    """R[a] = R[b].k"""
    x = m.base[b]
    if unlikely(tag_of(x) != values.TABLE):
        slow(get_field_slow)
    table = table_in(x)
    if unlikely(address(table.shape) != cache[0]):
        slow(get_field_slow)
    value = cached(table, cache)[0]
    if unlikely(value == NIL):
        slow(get_field_slow)
    m.base[a] = value


@lua.slow_path
def get_global_slow(m: Machine) -> None:
    object = upvalue_at(closure_at(m.base), small(m.pc, 1)).place[0]
    key = number_at(m.vm, m.pc)
    learn(m.vm.heap, m.pc, object, key)
    read(m, small(m.pc, 0), object, key)


@lua.instruction
def get_global(m: Machine, a: Register, b: Register, k: Word, cache: Cache2) -> None:
    """R[a] = U[b].k, which is a global variable"""
    x = upvalue_at(closure_at(m.base), b).place[0]
    if unlikely(tag_of(x) != values.TABLE):
        slow(get_global_slow)
    table = table_in(x)
    if unlikely(address(table.shape) != cache[0]):
        slow(get_global_slow)
    value = cached(table, cache)[0]
    if unlikely(value == NIL):
        slow(get_global_slow)
    m.base[a] = value


@lua.slow_path
def self_slow(m: Machine) -> None:
    a = small(m.pc, 0)
    object = m.base[small(m.pc, 1)]
    key = number_at(m.vm, m.pc)
    m.base[a + FRAME_CELLS] = object
    learn(m.vm.heap, m.pc, object, key)
    read(m, a, object, key)


@lua.instruction(name="self")
def method(m: Machine, a: Register, b: Register, k: Word, cache: Cache2) -> None:
    """R[a+3] = R[b]; R[a] = R[b].k"""
    x = m.base[b]
    if unlikely(tag_of(x) != values.TABLE):
        slow(self_slow)
    table = table_in(x)
    if unlikely(address(table.shape) != cache[0]):
        slow(self_slow)
    value = cached(table, cache)[0]
    if unlikely(value == NIL):
        slow(self_slow)
    m.base[a + FRAME_CELLS] = x
    m.base[a] = value


# --- writing --------------------------------------------------------------------------------------------------------


@lua.slow_path
def set_field_slow(m: Machine) -> None:
    object = m.base[small(m.pc, 0)]
    key = number_at(m.vm, m.pc)
    learn(m.vm.heap, m.pc, object, key)
    write(m, object, key, m.base[small(m.pc, 1)])


@lua.instruction
def set_field(m: Machine, a: Register, b: Register, k: Word, cache: Cache2) -> None:
    """R[a].k = R[b]"""
    x = m.base[a]
    if unlikely(tag_of(x) != values.TABLE):
        slow(set_field_slow)
    table = table_in(x)
    if unlikely(address(table.shape) != cache[0]):
        slow(set_field_slow)
    place = cached(table, cache)
    if unlikely(place[0] == NIL):  # a new field: __newindex may want it
        slow(set_field_slow)
    if unlikely(i64(table.header.mark) & REMEMBER != 0):
        slow(set_field_slow)
    place[0] = m.base[b]


@lua.slow_path
def set_global_slow(m: Machine) -> None:
    object = upvalue_at(closure_at(m.base), small(m.pc, 1)).place[0]
    key = number_at(m.vm, m.pc)
    learn(m.vm.heap, m.pc, object, key)
    write(m, object, key, m.base[small(m.pc, 0)])


@lua.instruction
def set_global(m: Machine, a: Register, b: Register, k: Word, cache: Cache2) -> None:
    """U[b].k = R[a], which is a global variable"""
    x = upvalue_at(closure_at(m.base), b).place[0]
    if unlikely(tag_of(x) != values.TABLE):
        slow(set_global_slow)
    table = table_in(x)
    if unlikely(address(table.shape) != cache[0]):
        slow(set_global_slow)
    place = cached(table, cache)
    if unlikely(place[0] == NIL):
        slow(set_global_slow)
    if unlikely(i64(table.header.mark) & REMEMBER != 0):
        slow(set_global_slow)
    place[0] = m.base[a]
