"""Metatables of values, and their metamethods."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, likely, null, u16
from cupola.languages.lua.root_numbers import (
    BOOLEAN_TYPE,
    CACHED_EVENTS,
    EVENT_NAMES,
    FUNCTION_TYPE,
    METATABLES,
    NIL_TYPE,
    NUMBER_TYPE,
    STRING_TYPE,
    THREAD_TYPE,
)
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import COROUTINE, HOST, Host, Shape, Table
from cupola.runtime.tables import find_slot, table_get_string
from cupola.runtime.values import FUNCTION, INTEGER, NIL, OTHER, SPECIAL, STRING, TABLE, object_of, tag_of


@kernel
def type_number(value: i64) -> i64:
    """Which of the metatables of types belongs to a value that is neither a table nor a host object."""
    match tag_of(value):
        case -5:
            return STRING_TYPE
        case -3:
            return FUNCTION_TYPE
        case -6:
            return NIL_TYPE if value == NIL else BOOLEAN_TYPE
        case -2:
            return THREAD_TYPE if i64(object_of(value).kind) == COROUTINE else NUMBER_TYPE
        case _:
            return NUMBER_TYPE


@kernel
def metatable_of(heap: Ptr[Heap], value: i64) -> Ptr[Table]:
    """The metatable of any value, or null."""
    if tag_of(value) == TABLE:
        return cast(Ptr[Table], object_of(value)).metatable
    if tag_of(value) == OTHER:
        if i64(object_of(value).kind) == HOST:
            return cast(Ptr[Host], object_of(value)).metatable
    found = heap.roots[METATABLES + type_number(value)]
    if tag_of(found) == TABLE:
        return cast(Ptr[Table], object_of(found))
    return null(Ptr[Table])


@inline
def event(heap: Ptr[Heap], metatable: Ptr[Table], number: i64) -> i64:
    """The metamethod of a metatable for an event, or NIL."""
    found: i64 = NIL
    if metatable != null(Ptr[Table]):
        if number >= CACHED_EVENTS or (i64(metatable.header.flags) >> number) & 1 == 0:
            found = event_of(heap, metatable, number)
    return found


@kernel
def event_of(heap: Ptr[Heap], metatable: Ptr[Table], number: i64) -> i64:
    """The same for a metatable that is not null, and not known to have none: of the first events, that is noted in
    it."""
    name = heap.roots[EVENT_NAMES + number]
    found: i64 = NIL
    if metatable.shape != null(Ptr[Shape]):
        slot = find_slot(heap, metatable.shape, name)
        if slot >= 0:
            found = metatable.slots[slot]
    else:
        found = table_get_string(heap, metatable, name)
    if found == NIL and number < CACHED_EVENTS:
        metatable.header.flags = u16(i64(metatable.header.flags) | (1 << number))
    return found


@inline
def metamethod(heap: Ptr[Heap], value: i64, number: i64) -> i64:
    """The metamethod of a value for an event, or NIL."""
    if likely(tag_of(value) == TABLE):
        metatable = cast(Ptr[Table], object_of(value)).metatable
    else:
        metatable = metatable_of(heap, value)
    return event(heap, metatable, number)


@inline
def metamethod_of_two(heap: Ptr[Heap], x: i64, y: i64, number: i64) -> i64:
    """The metamethod of the first operand for an event, or else that of the second; NIL if neither has one."""
    handler = metamethod(heap, x, number)
    if handler == NIL:
        handler = metamethod(heap, y, number)
    return handler


assert (STRING, FUNCTION, SPECIAL, OTHER, INTEGER) == (-5, -3, -6, -2, -1)  # the cases above
