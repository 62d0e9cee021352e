"""Global variables: fields of a table that nearly all functions share, and that hardly ever is another one.

The front end knows which functions see one table of globals for good (`FunctionCode.fixed`). There an instruction keeps
the address of that table, its shape, and where the variable's value lies, behind the cells of a cache of fields (see
`cache_cells`): it neither goes to the table through the closure nor to the value through the table. The place stays
right as long as the table has the shape: a table gets other slots only with another shape. `driver.varying` sees to
what the front end cannot: where there are several tables after all, the caches say VARIES and serve no more.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, i64, inline, kernel, null, pointer, slow, unlikely
from cupola.language import Cache8, Cache25, Register, Word
from cupola.language import slow as slow_path
from cupola.language.frames import closure_at
from cupola.language.reading import number_at, small
from cupola.languages.lua.cache_cells import (
    GLOBAL_PLACE,
    GLOBALS,
    GLOBALS_SHAPE,
    KEY,
    READ_CELLS,
    VARIES,
    WRITE_CELLS,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.moves import upvalue_at
from cupola.languages.lua.instructions.read_caches import is_short, read_cached, table_in
from cupola.languages.lua.instructions.write_caches import write_cached
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.semantics.access import read_noted, write_noted
from cupola.runtime import values
from cupola.runtime.heap.ancestors import is_watched
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import REMEMBER, Shape, Table
from cupola.runtime.tables import find_slot
from cupola.runtime.values import NIL, tag_of


@inline
def known_table(known: Ptr[i64]) -> Ptr[Table]:
    """The table of globals that an instruction knows, if it has the shape that it had then; else null."""
    found = null(Ptr[Table])
    if known[GLOBALS] > 0:
        table = pointer(Ptr[Table], known[GLOBALS])
        if address(table.shape) == known[GLOBALS_SHAPE]:
            found = table
    return found


@slow
def learn(heap: Ptr[Heap], known: Ptr[i64], x: i64, key: i64) -> None:
    """Note where the table of globals has a variable, if that may be relied on."""
    if known[GLOBALS] == VARIES or heap.no_lessons != 0 or tag_of(x) != values.TABLE:
        return
    table = table_in(x)
    if table.shape == null(Ptr[Shape]) or not is_short(key):
        return
    slot = find_slot(heap, table.shape, key)
    if slot >= 0:
        known[GLOBALS] = address(table)
        known[GLOBALS_SHAPE] = address(table.shape)
        known[GLOBAL_PLACE] = address(table.slots + slot)


# --- reading --------------------------------------------------------------------------------------------------------


@kernel
def read_global(vm: Ptr[VM], x: i64, cache: Ptr[i64]) -> tuple[i64, bool]:
    """The global variable in a table of globals, and whether that is certain; the instruction knows it afterwards."""
    value, certain = read_cached(vm, x, cache)
    if certain:
        learn(address_of(vm.heap), cache + READ_CELLS, x, cache[KEY])
    return value, certain


@lua.slow_path
def get_global_slow(m: Machine) -> None:
    m.vm.uncached = m.vm.uncached + 1
    object = upvalue_at(closure_at(m.base), small(m.pc, 1)).place[0]
    key = number_at(m.vm.context, m.pc)
    read_noted(m, small(m.pc, 0), object, key)


@lua.instruction
def get_global(m: Machine, a: Register, b: Register, k: Word, cache: Cache25) -> None:
    """R[a] = U[b].k, which is a global variable"""
    value: i64 = NIL
    if known_table(cache + READ_CELLS) != null(Ptr[Table]):
        value = pointer(Ptr[i64], cache[READ_CELLS + GLOBAL_PLACE])[0]
    if unlikely(value == NIL):
        x = upvalue_at(closure_at(m.base), b).place[0]
        value, certain = read_global(m.vm, x, cache)
        if unlikely(not certain):
            slow_path(get_global_slow)
    m.base[a] = value


# --- writing --------------------------------------------------------------------------------------------------------


@kernel
def write_global(vm: Ptr[VM], x: i64, value: i64, cache: Ptr[i64]) -> bool:
    """Set the global variable in a table of globals, if no metamethod and no memory is wanted; the instruction knows it
    afterwards. Else False, and nothing was done."""
    done = write_cached(vm, x, value, cache)
    if done:
        learn(address_of(vm.heap), cache + WRITE_CELLS, x, cache[KEY])
    return done


@inline
def write_known(known: Ptr[i64], value: i64) -> bool:
    """Set a global variable that has a value, where it is known to lie; False if nothing was done."""
    done = False
    table = known_table(known)
    if table != null(Ptr[Table]):
        if not is_watched(table, REMEMBER):
            place = pointer(Ptr[i64], known[GLOBAL_PLACE])
            if place[0] != NIL:
                place[0] = value
                done = True
    return done


@lua.slow_path
def set_global_slow(m: Machine) -> None:
    m.vm.uncached = m.vm.uncached + 1
    object = upvalue_at(closure_at(m.base), small(m.pc, 1)).place[0]
    key = number_at(m.vm.context, m.pc)
    write_noted(m, object, key, m.base[small(m.pc, 0)])


@lua.instruction
def set_global(m: Machine, a: Register, b: Register, k: Word, cache: Cache8) -> None:
    """U[b].k = R[a], which is a global variable"""
    if unlikely(not write_known(cache + WRITE_CELLS, m.base[a])):
        x = upvalue_at(closure_at(m.base), b).place[0]
        if unlikely(not write_global(m.vm, x, m.base[a], cache)):
            slow_path(set_global_slow)
