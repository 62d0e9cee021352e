"""The library `table`: what works on the array part; tables with metamethods are the prelude's."""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    memory_move,
    null,
    slow,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    argument,
    is_given,
    is_table,
    optional_whole,
    table_of,
    whole_argument,
    wrong_argument,
    wrong_type,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.numbers import MOST, give
from cupola.languages.lua.library.strings import BYTES_A_STEP, MOST_RESULTS
from cupola.languages.lua.library.tails import call_attached, charge, has_room
from cupola.languages.lua.library.texts import (
    is_string,
    make_text,
)
from cupola.languages.lua.machine import AGAIN, GROW, NO_MEMORY, VM, fail
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.metatables import event, metatable_of
from cupola.runtime import tables
from cupola.runtime.heap.heap import barrier
from cupola.runtime.numbers import boxes
from cupola.runtime.numbers.boxes import integer_value
from cupola.runtime.objects import Object, Table
from cupola.runtime.tables import array_append, table_get_integer, table_length, table_set_integer
from cupola.runtime.values import NIL, TABLE, integer, reference

INDEX, NEW_INDEX, LENGTH = (NUMBER_OF[name] for name in ("index", "newindex", "len"))
RAW, ATTACHED = 0, 1  # how to go on with an argument: or a negative status
CELL = 8
MOST_MOVED = 1 << 20  # elements; more of them are moved by the prelude, which can be interrupted


@kernel
def sequence_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> i64:
    """Whether an argument is a table without metamethods for indexing (RAW), something else with a metatable that may
    serve as one (ATTACHED), or wrong."""
    value = argument(args, count, place)
    if is_table(value):
        return RAW if is_raw(vm, table_of(value)) else ATTACHED
    if value != NOTHING:
        metatable = metatable_of(vm.heap, value)
        if metatable != null(Ptr[Table]) and not is_string(value):
            if event(vm.heap, metatable, INDEX) != NIL:
                return ATTACHED
    return wrong_type(vm, args, count, place, failures.TABLE)


@kernel
def call_with_places(vm: Ptr[VM], args: Ptr[i64], count: i64, first: i64, last: i64) -> i64:
    """Call the attached function; the arguments from `first` to `last` must be integers where they are given."""
    for place in range(first, min(last + 1, count)):
        if args[place] != NIL:
            number, status = whole_argument(vm, args, count, place)
            if unlikely(status != GOOD):
                return status
            value = integer_value(vm.heap, number)
            if unlikely(value == boxes.NOTHING):
                return NO_MEMORY
            args[place] = value
    return call_attached(vm, args, count)


@inline
def is_raw(vm: Ptr[VM], t: Ptr[Table]) -> bool:
    """Whether a table has no metamethods that reading and writing elements would call."""
    return t.metatable == null(Ptr[Table]) or has_none(vm, t.metatable)


@slow
def has_none(vm: Ptr[VM], metatable: Ptr[Table]) -> bool:
    """Whether a metatable has no metamethods for indexing."""
    return (
        event(vm.heap, metatable, INDEX) == NIL
        and event(vm.heap, metatable, NEW_INDEX) == NIL
        and event(vm.heap, metatable, LENGTH) == NIL
    )


@inline
def is_plain(value: i64) -> bool:
    """Whether it is a table without metatable."""
    return is_table(value) and table_of(value).metatable == null(Ptr[Table])


@native("table", "insert", values=1)
@kernel
def table_insert(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Add a value at the end, or at a place, from which on the others move up."""
    if count == 2 and is_plain(args[0]):
        if array_append(vm.heap, table_of(args[0]), table_length(table_of(args[0])) + 1, args[1]):
            return 0
    return insert_anywhere(vm, args, count)


@slow
def insert_anywhere(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The same, for all arguments."""
    kind = sequence_argument(vm, args, count, 0)
    if unlikely(kind != RAW):
        return kind if kind < 0 else call_with_places(vm, args, count, 1, 1 if count == 3 else 0)
    t = table_of(args[0])
    end = table_length(t) + 1
    if count == 2:
        found = table_set_integer(vm.heap, t, end, args[1])
        return 0 if found == tables.OK else NO_MEMORY
    if unlikely(count != 3):
        return fail(vm, failures.INSERT_COUNT, 0, 0, 0)
    place, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    if unlikely(u64(place) - 1 >= u64(end)):
        return wrong_argument(vm, 1, failures.POSITION)
    if unlikely(not charge(vm, (end - place) // BYTES_A_STEP)):
        return AGAIN
    if place < end:
        found = table_set_integer(vm.heap, t, end, table_get_integer(t, end - 1))
        if unlikely(found != tables.OK):
            return NO_MEMORY
        move_up(vm, t, place, end)
    found = table_set_integer(vm.heap, t, place, args[2])
    return 0 if found == tables.OK else NO_MEMORY


@kernel
def move_up(vm: Ptr[VM], t: Ptr[Table], place: i64, end: i64) -> None:
    """Copy the elements from `place` to `end` - 2 one further; what is at `end` - 1 was copied already."""
    if end - 1 <= t.array_size:
        cells = t.array + place
        memory_move(cells, cells - 1, (end - 1 - place) * CELL)
        barrier(vm.heap, cast(Ptr[Object], t))
        return
    at = end - 1
    while at > place:
        table_set_integer(vm.heap, t, at, table_get_integer(t, at - 1))
        at -= 1


@native("table", "remove", values=1)
@kernel
def table_remove(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Take the last value away, or that of a place, to which the others move down."""
    if count == 1 and is_plain(args[0]):
        t = table_of(args[0])
        last = table_length(t) - 1
        if u64(last) < u64(t.array_size):
            args[-3] = t.array[last]
            t.array[last] = NIL
            return 1
    return remove_anywhere(vm, args, count)


@slow
def remove_anywhere(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The same, for all arguments."""
    kind = sequence_argument(vm, args, count, 0)
    if unlikely(kind != RAW):
        return kind if kind < 0 else call_with_places(vm, args, count, 1, 1)
    t = table_of(args[0])
    size = table_length(t)
    place = size
    if count > 1:
        place, status = optional_whole(vm, args, count, 1, size)
        if unlikely(status != GOOD):
            return status
        if unlikely(place != size and u64(place) - 1 > u64(size)):
            return wrong_argument(vm, 0, failures.POSITION)
    if unlikely(not charge(vm, (size - place) // BYTES_A_STEP)):
        return AGAIN
    removed = table_get_integer(t, place)
    if place < size:
        if size <= t.array_size:
            cells = t.array + place
            memory_move(cells - 1, cells, (size - place) * CELL)
            barrier(vm.heap, cast(Ptr[Object], t))
        else:
            for at in range(place, size):
                table_set_integer(vm.heap, t, at, table_get_integer(t, at + 1))
        place = size
    table_set_integer(vm.heap, t, place, NIL)
    return give(args, removed)


@native("table", "unpack", values=1)
@kernel
def table_unpack(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The elements from a place to another."""
    first, status = optional_whole(vm, args, count, 1, 1)
    if unlikely(status != GOOD):
        return status
    if unlikely(not is_table(argument(args, count, 0)) or not is_raw(vm, table_of(args[0]))):
        return call_with_places(vm, args, count, 1, 2)
    t = table_of(args[0])
    last: i64 = 0
    if is_given(args, count, 2):
        last, status = whole_argument(vm, args, count, 2)
        if unlikely(status != GOOD):
            return status
    else:
        last = table_length(t)
    if first > last:
        return 0
    if unlikely(u64(last) - u64(first) >= MOST_RESULTS):
        return fail(vm, failures.UNPACK_COUNT, 0, 0, 0)
    length = last - first + 1
    if unlikely(not has_room(vm, args, length)):
        return GROW
    for place in range(length):
        args[place - 3] = table_get_integer(t, first + place)
    return length


@native("table", "pack")
@kernel
def table_pack(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A table of all arguments, with their number as `n`."""
    t = tables.new_table(vm.heap, count, 1)
    if unlikely(t == null(Ptr[Table])):
        return NO_MEMORY
    for place in range(count):
        if table_set_integer(vm.heap, t, place + 1, args[place]) != tables.OK:
            return NO_MEMORY
    name = make_text(vm, table(u8, b"n"), 1)
    if unlikely(name == NOTHING):
        return NO_MEMORY
    if tables.table_set_string(vm.heap, t, name, integer(count)) != tables.OK:
        return NO_MEMORY
    return give(args, reference(TABLE, address(t)))


@native("table", "move", values=1)
@kernel
def table_move(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Copy the elements from a place to another to a third place, perhaps of another table."""
    first, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    last, status = whole_argument(vm, args, count, 2)
    if unlikely(status != GOOD):
        return status
    to, status = whole_argument(vm, args, count, 3)
    if unlikely(status != GOOD):
        return status
    other = 4 if is_given(args, count, 4) else 0
    kind = sequence_argument(vm, args, count, 0)
    if unlikely(kind < 0):
        return kind
    kind_of_other = sequence_argument(vm, args, count, other)
    if unlikely(kind_of_other < 0):
        return kind_of_other
    if last >= first:
        if unlikely(not (first > 0 or last < MOST + first)):
            return wrong_argument(vm, 2, failures.MOVE_COUNT)
        length = last - first + 1
        if unlikely(to > MOST - length + 1):
            return wrong_argument(vm, 3, failures.MOVE_WRAP)
        if unlikely(kind + kind_of_other != RAW or length > MOST_MOVED):
            return call_with_places(vm, args, count, 1, 3)
        if unlikely(not charge(vm, length)):
            return AGAIN
        if unlikely(not move_elements(vm, table_of(args[0]), first, length, table_of(args[other]), to)):
            return NO_MEMORY
    return give(args, args[other])


@kernel
def move_elements(
    vm: Ptr[VM], source: Ptr[Table], first: i64, length: i64, target: Ptr[Table], to: i64
) -> bool:
    """Copy elements, in the order that suits tables that are the same; False if there is no memory."""
    if to > first + length - 1 or to <= first or source != target:
        for place in range(length):
            if (
                table_set_integer(vm.heap, target, to + place, table_get_integer(source, first + place))
                != tables.OK
            ):
                return False
        return True
    place = length - 1
    while place >= 0:
        if (
            table_set_integer(vm.heap, target, to + place, table_get_integer(source, first + place))
            != tables.OK
        ):
            return False
        place -= 1
    return True
