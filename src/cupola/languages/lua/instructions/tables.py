"""Tables: making and filling them, elements by number and by any key, lengths, concatenation."""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, i64, inline, kernel, null, u64, unlikely
from cupola.language import Register, Small, Word, exit_, slow
from cupola.language.reading import small
from cupola.languages.lua.constants import HEAP_FULL, STUB_AFTER_STORE
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import LENGTH
from cupola.languages.lua.instructions.read_caches import table_in
from cupola.languages.lua.instructions.write_caches import takes_new_fields
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.access import read_noted, write_noted
from cupola.languages.lua.semantics.bases import get_any, read_bases, write_bases
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.collecting import collect_if_wanted, collect_in_frame
from cupola.languages.lua.semantics.metatables import metamethod
from cupola.runtime import values
from cupola.runtime.heap.heap import wants_collection
from cupola.runtime.objects import REMEMBER, String, Table
from cupola.runtime.tables import (
    OK,
    new_table,
    table_length,
    table_set,
    table_set_list,
)
from cupola.runtime.tables.make import cell_count
from cupola.runtime.values import (
    NIL,
    address_in,
    integer,
    is_integer,
    is_object,
    object_of,
    reference,
    tag_of,
)

LEN = NUMBER_OF["len"]


@lua.slow_path
def new_table_slow(m: Machine) -> None:
    """The collector has work to do first."""
    collect_in_frame(m, small(m.pc, 0) + 1)
    made = new_table(m.vm.heap, small(m.pc, 1), small(m.pc, 2))
    if made == null(Ptr[Table]):
        exit_(HEAP_FULL)
    m.base[small(m.pc, 0)] = reference(values.TABLE, address(made))


@lua.instruction(name="new_table")
def make_table(m: Machine, a: Register, b: Small, c: Small) -> None:
    """R[a] = a new table with room for b elements and c fields"""
    if unlikely(wants_collection(m.vm.heap)):
        slow(new_table_slow)
    made = new_table(m.vm.heap, b, c)
    if unlikely(made == null(Ptr[Table])):
        slow(new_table_slow)
    m.base[a] = reference(values.TABLE, address(made))


@lua.slow_path
def full(m: Machine) -> None:
    """No memory: the instruction runs once more after a collection."""
    exit_(HEAP_FULL)


@lua.instruction
def set_list(m: Machine, a: Register, b: Register, k: Word) -> None:
    """R[a][k+1], ... R[a][k+b] = R[a+1], ... R[a+b]"""
    if unlikely(table_set_list(m.vm.heap, table_in(m.base[a]), k + 1, m.base + (a + 1), b) != OK):
        slow(full)


@lua.instruction
def set_list_open(m: Machine, a: Register, b: Register, k: Word) -> None:
    """R[a][k+1], ... = R[a+1], ..., which are b values and n open ones"""
    if unlikely(table_set_list(m.vm.heap, table_in(m.base[a]), k + 1, m.base + (a + 1), b + m.n) != OK):
        slow(full)


# --- elements -------------------------------------------------------------------------------------------------------


@kernel
def read_any(vm: Ptr[VM], x: i64, key: i64) -> tuple[i64, bool]:
    """x[key], and whether that is certain: x is a table that has the key, or inherits it from others, or nobody has it.
    If not, `vm.handler` is the function to be called, or something else if that is not so simple."""
    vm.handler = NIL
    if tag_of(x) != values.TABLE:
        return NIL, False
    table = table_in(x)
    value = get_any(address_of(vm.heap), table, key)
    if value != NIL or table.metatable == null(Ptr[Table]):
        return value, True
    return read_bases(vm, x, table.metatable, key)


@kernel
def write_any(vm: Ptr[VM], x: i64, key: i64, value: i64) -> bool:
    """x[key] = value, if that is a matter of tables alone, and neither memory is wanted nor time for the collector.
    Else False, and nothing was done: `vm.handler` is the function to be called, or not if that is not so simple."""
    vm.handler = NIL
    if tag_of(x) != values.TABLE or wants_collection(address_of(vm.heap)):
        return False
    table = table_in(x)
    if table.metatable != null(Ptr[Table]):
        return write_bases(vm, x, key, value)
    return table_set(address_of(vm.heap), table, key, value) == OK


@inline
def place_of(key: i64) -> i64:
    """Where the integer `key` lies in an array, if it does: what is not above 0 becomes a large number."""
    return address_in(key) - 1


@inline
def element(x: i64, at: i64) -> i64:
    """An element of the array of a table, the first at 0; or NIL, where one has to search."""
    found: i64 = NIL
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        if u64(at) < u64(table.array_size):
            found = table.array[at]
    return found


@inline
def replace_element(x: i64, at: i64, value: i64) -> bool:
    """Set an element that a table has in its array, or the one behind; or False, and nothing was done."""
    done = False
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        wanted = i64(table.header.mark) & REMEMBER != 0  # by the collector, if it is an object
        if unlikely(wanted):
            wanted = is_object(value)
        if not wanted:
            if u64(at) < u64(table.array_size):
                # what is there is looked at only if it has to be: a store need not wait for memory, a load must
                if table.metatable == null(Ptr[Table]) or table.array[at] != NIL:
                    table.array[at] = value
                    done = True
            elif at == table.array_size and takes_new_fields(table):
                if at < cell_count(table.array):
                    table.array[at] = value
                    table.array_size = at + 1
                    done = True
    return done


@lua.slow_path
def get_index_slow(m: Machine) -> None:
    read_noted(m, small(m.pc, 0), m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])


@lua.instruction
def get_index(m: Machine, a: Register, b: Register, c: Register) -> None:
    """R[a] = R[b][R[c]]"""
    x = m.base[b]
    key = m.base[c]
    value: i64 = NIL
    if is_integer(key):
        value = element(x, place_of(key))
    if unlikely(value == NIL):
        value, known = read_any(m.vm, x, key)
        if unlikely(not known):
            slow(get_index_slow)
    m.base[a] = value


@lua.slow_path
def get_integer_slow(m: Machine) -> None:
    read_noted(m, small(m.pc, 0), m.base[small(m.pc, 1)], integer(small(m.pc, 2)))


@lua.instruction
def get_integer(m: Machine, a: Register, b: Register, c: Small) -> None:
    """R[a] = R[b][c], where c is a number"""
    x = m.base[b]
    value = element(x, c - 1)
    if unlikely(value == NIL):
        value, known = read_any(m.vm, x, integer(c))
        if unlikely(not known):
            slow(get_integer_slow)
    m.base[a] = value


@lua.slow_path
def set_index_slow(m: Machine) -> None:
    collect_if_wanted(m)
    write_noted(m, m.base[small(m.pc, 0)], m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])


@lua.instruction
def set_index(m: Machine, a: Register, b: Register, c: Register) -> None:
    """R[a][R[b]] = R[c]"""
    x = m.base[a]
    key = m.base[b]
    value = m.base[c]
    done = False
    if is_integer(key):
        done = replace_element(x, place_of(key), value)
    if unlikely(not done):
        if unlikely(not write_any(m.vm, x, key, value)):
            slow(set_index_slow)


@lua.slow_path
def set_integer_slow(m: Machine) -> None:
    collect_if_wanted(m)
    write_noted(m, m.base[small(m.pc, 0)], integer(small(m.pc, 2)), m.base[small(m.pc, 1)])


@lua.instruction
def set_integer(m: Machine, a: Register, b: Register, c: Small) -> None:
    """R[a][c] = R[b], where c is a number"""
    x = m.base[a]
    value = m.base[b]
    if unlikely(not replace_element(x, c - 1, value)):
        if unlikely(not write_any(m.vm, x, integer(c), value)):
            slow(set_integer_slow)


# --- length ---------------------------------------------------------------------------------------------------------


@lua.slow_path
def length_slow(m: Machine) -> None:
    x = m.base[small(m.pc, 1)]
    if tag_of(x) == values.STRING:
        m.base[small(m.pc, 0)] = integer(cast(Ptr[String], object_of(x)).length)
        return
    handler = metamethod(m.vm.heap, x, LEN)
    if handler == NIL:
        if tag_of(x) != values.TABLE:
            fail_here(m, LENGTH, x, 0)
        m.base[small(m.pc, 0)] = integer(table_length(table_in(x)))
        return
    call_metamethod(m, handler, x, x, NIL, 2, STUB_AFTER_STORE)


@lua.instruction(name="len")
def length(m: Machine, a: Register, b: Register) -> None:
    """R[a] = #R[b]"""
    x = m.base[b]
    if unlikely(tag_of(x) != values.TABLE):
        slow(length_slow)
    table = table_in(x)
    if unlikely(table.metatable != null(Ptr[Table])):
        slow(length_slow)
    m.base[a] = integer(table_length(table))
