"""What the driver of a language with values and a heap calls as C functions: making a heap, strings, tables, functions.

`System` and `Machine` are VM struct and machine of such a language; one with more of its own begins as they do. Its
frames are those of `frame_cells`. Values go in and out as they are. What makes something returns 0 when there is no
memory. No collection happens in here, but in `collect_garbage`.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import (
    KernelFunction,
    Ptr,
    address,
    address_of,
    cast,
    i32,
    i64,
    inline,
    kernel,
    null,
    pointer,
    registers,
    sizeof,
    struct,
    u8,
    u16,
    u32,
    u64,
)
from cupola.runtime import numbers, strings, tables
from cupola.runtime.coroutines import MOST_CELLS, SLACK, end_of, grow, new_coroutine
from cupola.runtime.heap.collector import collect
from cupola.runtime.heap.heap import ROOTS, Heap, allocate, in_use
from cupola.runtime.heap.setting_up import set_up, space_for
from cupola.runtime.objects import (
    CELLS,
    CELLS_START,
    CLOSURE,
    CLOSURE_UPVALUES,
    PROTOTYPE,
    RUNNING,
    UPVALUE,
    Cells,
    Closure,
    Coroutine,
    Object,
    Prototype,
    String,
    Table,
    Upvalue,
)
from cupola.runtime.values import FUNCTION, NIL, OTHER, STRING, TABLE, object_of, reference
from cupola.tiers.definition.language import Language
from cupola.tiers.layout import Context

STRUCT_FIELDS = ("context", "heap", "stack_end")  # of every VM struct, first
FIELDS = ("vm", "budget", "base", "n")  # of every machine, first
BASE = FIELDS.index("base")  # the number of this register among those that are saved


@struct
class System:
    """A VM; other VM structs begin with the first three fields. `stack_end` is the end of the running stack, less the
    room that every function may use unasked, `value` what an error is about."""

    context: Context
    heap: Heap
    stack_end: Ptr[i64]
    value: i64


@registers
class Machine:
    """What is in machine registers while guest code runs; other machines begin with the first four fields. `n` counts
    arguments where a function starts."""

    vm: Ptr[System]
    budget: i64
    base: Ptr[i64]
    n: i64
    pc: Ptr[u8]


def dynamic_entries(language: Language) -> None:
    """Give a language the entries of this module."""
    vm: Any = language.machine.fields["vm"]
    if tuple(vm.target.fields)[: len(STRUCT_FIELDS)] != STRUCT_FIELDS:
        raise TypeError(f"{language.name}: the VM struct must begin with {', '.join(STRUCT_FIELDS)}")
    if tuple(language.machine.fields)[: len(FIELDS)] != FIELDS:
        raise TypeError(f"{language.name}: the machine must begin with {', '.join(FIELDS)}")
    language.entries.extend(ENTRIES)


# --- the heap -------------------------------------------------------------------------------------------------------


@kernel
def space_wanted(limit: i64) -> i64:
    """How many bytes of addresses a heap with a limit takes."""
    return space_for(limit)


@kernel
def set_up_heap(vm: Ptr[System], start: i64, size: i64, limit: i64) -> i64:
    """Make a heap of memory; 0: it is too small."""
    return i64(set_up(vm.heap, start, size, limit))


@kernel
def set_up_objects(vm: Ptr[System], seed: i64) -> i64:
    """Prepare a heap that has its memory: strings, shapes, the main coroutine, which is returned. 0: no memory."""
    heap = vm.heap
    at = 0
    while at < ROOTS:
        heap.roots[at] = NIL
        at += 1
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
    vm.stack_end = end_of(main)
    return reference(OTHER, address(main))


@kernel
def collect_garbage(vm: Ptr[System], top: Ptr[i64], full: i64) -> i64:
    """Collect; the cells of the running coroutine below `top` live. The bytes in use afterwards."""
    vm.heap.current.top = top
    collect(vm.heap, full != 0)
    return in_use(vm.heap)


@kernel
def grow_stack(vm: Ptr[System], wanted: i64, more: i64) -> i64:
    """Give the running coroutine room for `wanted` cells above `base`: 1, 0 (no memory) or -1 (too many cells). It may
    have `more` than usual, for what must be done when its stack is full."""
    running = vm.heap.current
    running.base = pointer(Ptr[i64], vm.context.saved[BASE])
    used = running.base - running.stack
    if used + wanted + SLACK > MOST_CELLS + more:
        return -1
    has_room = used + wanted + SLACK <= running.stack_size
    if not has_room and not grow(vm.heap, running, used + wanted if more == 0 else MOST_CELLS + more):
        return 0
    vm.context.saved[BASE] = address(running.base)
    vm.stack_end = end_of(running)
    if more > 0:
        vm.stack_end = running.stack + (running.stack_size - SLACK)
    return 1


# --- values ---------------------------------------------------------------------------------------------------------


@inline
def table_at(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


@kernel
def string_value(vm: Ptr[System], bytes: Ptr[u8], length: i64) -> i64:
    """A string of these bytes."""
    made = strings.make_string(vm.heap, bytes, length)
    return 0 if made == null(Ptr[String]) else reference(STRING, address(made))


@kernel
def integer_of(vm: Ptr[System], number: i64) -> i64:
    """An integer of any width."""
    return numbers.integer_value(vm.heap, number)


@kernel
def table_value(vm: Ptr[System], elements: i64, fields: i64) -> i64:
    """An empty table."""
    made = tables.new_table(vm.heap, elements, fields)
    return 0 if made == null(Ptr[Table]) else reference(TABLE, address(made))


@kernel
def raw_get(vm: Ptr[System], table: i64, key: i64) -> i64:
    """A field, without metamethods."""
    return tables.table_get(vm.heap, table_at(table), key)


@kernel
def raw_set(vm: Ptr[System], table: i64, key: i64, value: i64) -> i64:
    """Set a field, without metamethods: a status of `runtime.tables`."""
    return tables.table_set(vm.heap, table_at(table), key, value)


@kernel
def raw_length(vm: Ptr[System], table: i64) -> i64:
    """A border of a table."""
    return tables.table_length(table_at(table))


@kernel
def raw_next(vm: Ptr[System], table: i64, key: i64, found: Ptr[i64]) -> i64:
    """The next key and value of a table: a status of `runtime.tables`."""
    return tables.table_next(vm.heap, table_at(table), key, found)


# --- functions ------------------------------------------------------------------------------------------------------


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


@kernel
def prototype_value(vm: Ptr[System], facts: Ptr[i64]) -> i64:
    """A prototype: code, frame size, parameters, whether it has `...`, name, how many instructions, what positions
    begin with, where the lines are, how many captures, the captures, how many constants, the constants."""
    heap = vm.heap
    made = cast(Ptr[Prototype], allocate(heap, PROTOTYPE, sizeof(Prototype)))
    captures = cells_of(heap, facts[8], facts + 9)
    rest = facts + 9 + facts[8]
    constants = cells_of(heap, rest[0], rest + 1)
    if made == null(Ptr[Prototype]) or captures == null(Ptr[Cells]) or constants == null(Ptr[Cells]):
        return 0
    made.code = pointer(Ptr[u8], facts[0])
    made.frame_size = u16(facts[1])
    made.parameters = u16(facts[2])
    made.is_vararg = u16(facts[3])
    made.name = facts[4]
    made.instructions = u32(facts[5])
    made.place = facts[6]
    made.lines = pointer(Ptr[i32], facts[7])
    made.upvalues = u16(facts[8])
    made.captures = captures
    made.constants = constants
    return reference(OTHER, address(made))


@kernel
def main_closure(vm: Ptr[System], prototype: i64, environment: i64) -> i64:
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


ENTRIES: tuple[KernelFunction[Any, Any], ...] = (
    space_wanted, set_up_heap, set_up_objects, collect_garbage, grow_stack,
    string_value, integer_of, table_value, raw_get, raw_set, raw_length, raw_next,
    prototype_value, main_closure,
)  # fmt: skip
