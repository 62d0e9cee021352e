"""What the driver calls as C functions: making objects, tables, unwinding, stacks that grow.

Values go in and out as they are. What makes something returns 0 when there is no memory. No collection happens in here,
but in `collect_garbage`.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, i64, inline, null, pointer, u8, u16, u32, u64
from cupola.languages.lua.constants import SLACK
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import VM
from cupola.languages.lua.semantics.coroutines import MOST_CELLS, grow, new_coroutine
from cupola.languages.lua.semantics.unwinding import BASE, throw
from cupola.runtime import numbers, strings, tables
from cupola.runtime.heap.collector import collect
from cupola.runtime.heap.heap import Heap, allocate, in_use
from cupola.runtime.heap.setting_up import set_up, space_for
from cupola.runtime.objects import (
    CELLS,
    CELLS_START,
    CLOSURE,
    CLOSURE_UPVALUES,
    NATIVE,
    NATIVE_VALUES,
    PROTOTYPE,
    RUNNING,
    UPVALUE,
    Cells,
    Closure,
    Coroutine,
    Native,
    Object,
    Prototype,
    String,
    Table,
    Upvalue,
)
from cupola.runtime.values import FUNCTION, NIL, OTHER, STRING, TABLE, object_of, reference

CLOSURE_BYTES = CLOSURE_UPVALUES + 8


@inline
def table_at(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


@lua.entry
def set_up_objects(vm: Ptr[VM], seed: i64) -> i64:
    """Prepare a heap that has its memory: strings, shapes, the main coroutine. 0: no memory."""
    heap = vm.heap
    at = 0
    while at < 64:
        heap.roots[at] = NIL
        at += 1
    heap.hash_seed = u64(seed)
    if not strings.set_up(heap, u64(seed)):
        return 0
    if not tables.set_up(heap):
        return 0
    main = new_coroutine(heap, NIL)
    if main == null(Ptr[Coroutine]):
        return 0
    main.header.flags = u16(RUNNING)
    main.base = main.stack
    heap.current = main
    vm.stack_end = main.stack + (main.stack_size - SLACK)
    return reference(OTHER, address(main))


@lua.entry
def space_wanted(limit: i64) -> i64:
    """How many bytes of addresses a heap with a limit takes."""
    return space_for(limit)


@lua.entry
def set_up_heap(vm: Ptr[VM], start: i64, size: i64, limit: i64) -> i64:
    """Make a heap of memory; 0: it is too small."""
    return i64(set_up(vm.heap, start, size, limit))


@lua.entry
def collect_garbage(vm: Ptr[VM], top: Ptr[i64], full: i64) -> i64:
    """Collect; the cells of the running coroutine below `top` live. The bytes in use afterwards."""
    vm.heap.current.top = top
    collect(vm.heap, full != 0)
    return in_use(vm.heap)


@lua.entry
def string_value(vm: Ptr[VM], bytes: Ptr[u8], length: i64) -> i64:
    """A string of these bytes."""
    made = strings.make_string(vm.heap, bytes, length)
    return 0 if made == null(Ptr[String]) else reference(STRING, address(made))


@lua.entry
def integer_of(vm: Ptr[VM], number: i64) -> i64:
    """An integer of any width."""
    return numbers.integer_value(vm.heap, number)


@lua.entry
def table_value(vm: Ptr[VM], elements: i64, fields: i64) -> i64:
    """An empty table."""
    made = tables.new_table(vm.heap, elements, fields)
    return 0 if made == null(Ptr[Table]) else reference(TABLE, address(made))


@lua.entry
def raw_get(vm: Ptr[VM], table: i64, key: i64) -> i64:
    """A field, without metamethods."""
    return tables.table_get(vm.heap, table_at(table), key)


@lua.entry
def raw_set(vm: Ptr[VM], table: i64, key: i64, value: i64) -> i64:
    """Set a field, without metamethods: a status of `runtime.tables`."""
    return tables.table_set(vm.heap, table_at(table), key, value)


@lua.entry
def raw_length(vm: Ptr[VM], table: i64) -> i64:
    """A border of a table."""
    return tables.table_length(table_at(table))


@lua.entry
def raw_next(vm: Ptr[VM], table: i64, key: i64) -> i64:
    """The next key and value of a table into `scratch`: a status of `runtime.tables`."""
    return tables.table_next(vm.heap, table_at(table), key, address_of(vm.scratch[0]))


@inline
def cells_of(heap: Ptr[Heap], count: i64, values: Ptr[i64]) -> Ptr[Cells]:
    """A Cells object with these values, or null."""
    made = allocate(heap, CELLS, CELLS_START + count * 8)
    if made != null(Ptr[Object]):
        made.extra = u32(count)
        cells = cast(Ptr[i64], cast(Ptr[u8], made) + CELLS_START)
        at = 0
        while at < count:
            cells[at] = values[at]
            at += 1
    return cast(Ptr[Cells], made)


@lua.entry
def prototype_value(vm: Ptr[VM], facts: Ptr[i64]) -> i64:
    """A prototype: code, frame size, parameters, whether it has `...`, number, name, how many captures, the captures,
    how many constants, the constants."""
    heap = vm.heap
    made = cast(Ptr[Prototype], allocate(heap, PROTOTYPE, 64))
    captures = cells_of(heap, facts[6], facts + 7)
    rest = facts + 7 + facts[6]
    constants = cells_of(heap, rest[0], rest + 1)
    if made == null(Ptr[Prototype]) or captures == null(Ptr[Cells]) or constants == null(Ptr[Cells]):
        return 0
    made.code = pointer(Ptr[u8], facts[0])
    made.frame_size = u16(facts[1])
    made.parameters = u16(facts[2])
    made.is_vararg = u16(facts[3])
    made.number = u32(facts[4])
    made.name = facts[5]
    made.upvalues = u16(facts[6])
    made.captures = captures
    made.constants = constants
    return reference(OTHER, address(made))


@lua.entry
def main_closure(vm: Ptr[VM], prototype: i64, environment: i64) -> i64:
    """A closure of a function of a whole source: its upvalues are closed, the first holds the environment."""
    of = cast(Ptr[Prototype], object_of(prototype))
    count = i64(of.upvalues)
    made = cast(Ptr[Closure], allocate(vm.heap, CLOSURE, CLOSURE_UPVALUES + count * 8))
    if made == null(Ptr[Closure]):
        return 0
    made.header.extra = u32(count)
    made.code = of.code
    made.prototype = of
    upvalues = cast(Ptr[Ptr[Upvalue]], cast(Ptr[u8], made) + CLOSURE_UPVALUES)
    at = 0
    while at < count:
        upvalue = cast(Ptr[Upvalue], allocate(vm.heap, UPVALUE, 32))
        if upvalue == null(Ptr[Upvalue]):
            return 0
        upvalue.value = environment if at == 0 else NIL
        upvalue.place = address_of(upvalue.value)
        upvalues[at] = upvalue
        at += 1
    return reference(FUNCTION, address(made))


@lua.entry
def native_value(vm: Ptr[VM], code: i64, function: i64, number: i64, name: i64, values: i64) -> i64:
    """A native function: kernel code at an address, or the driver's function of a number; with so many values."""
    made = cast(Ptr[Native], allocate(vm.heap, NATIVE, NATIVE_VALUES + values * 8))
    if made == null(Ptr[Native]):
        return 0
    made.header.extra = u32(values)
    made.code = pointer(Ptr[u8], code)
    made.function = pointer(Ptr[u8], function)
    made.number = number
    made.name = name
    cells = cast(Ptr[i64], cast(Ptr[u8], made) + NATIVE_VALUES)
    at = 0
    while at < values:
        cells[at] = NIL
        at += 1
    return reference(FUNCTION, address(made))


@lua.entry
def coroutine_value(vm: Ptr[VM], function: i64) -> i64:
    """A suspended coroutine."""
    made = new_coroutine(vm.heap, function)
    return 0 if made == null(Ptr[Coroutine]) else reference(OTHER, address(made))


@lua.entry
def throw_error(vm: Ptr[VM]) -> i64:
    """Unwind for `vm.error` from where the run was left; see `semantics.unwinding`."""
    return throw(vm)


@lua.entry
def grow_stack(vm: Ptr[VM], wanted: i64) -> i64:
    """Give the running coroutine room for `wanted` cells above `base`: 1, 0 (no memory) or -1 (too many cells)."""
    running = vm.heap.current
    running.base = pointer(Ptr[i64], vm.context.saved[BASE])
    used = running.base - running.stack
    if used + wanted + SLACK > MOST_CELLS:
        return -1
    if not grow(vm, running, used + wanted):
        return 0
    vm.context.saved[BASE] = address(running.base)
    vm.stack_end = running.stack + (running.stack_size - SLACK)
    return 1
