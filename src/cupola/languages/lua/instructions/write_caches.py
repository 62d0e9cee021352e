"""Inline caches of writing a field: on the shape of a table, which has the field or gets it.

The cells of a cache (see `cache_cells`): how often it has learnt, and how often `write_cached` stored the value, each
less 1; then

    2  the shape of a table; with bit 0 set if tables of this shape do not have the field, with CALLED set if a function
       __newindex is called for it
    3  how many bytes into its slots the value is, if they have it; or the function into those of the metatable
    4  the shape with the field, if not; or that of the metatable, with CALLED set

The instruction itself looks there; `write_cached` asks the cache of shapes that all places share. Tables that others
inherit from are written by a search, as caches of what is inherited have to be told.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address,
    address_of,
    cast,
    i64,
    inline,
    kernel,
    likely,
    null,
    pointer,
    slow,
    u16,
)
from cupola.languages.lua.cache_cells import CALLED, FIRST, KEY, LESSONS, LOWEST, MOST_LESSONS, SERVED
from cupola.languages.lua.instructions.read_caches import (
    ABSENT,
    handler_in,
    is_short,
    is_turn,
    slot_at,
    slot_of_function,
    table_in,
)
from cupola.languages.lua.machine import VM
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.bases import write_bases
from cupola.runtime import values
from cupola.runtime.heap.ancestors import is_ancestor, is_watched
from cupola.runtime.heap.heap import Heap, barrier
from cupola.runtime.objects import REMEMBER, Object, Shape, Table
from cupola.runtime.tables import find_slot, known_slot, next_shape
from cupola.runtime.tables.make import cell_count
from cupola.runtime.tables.shapes import MOST_KEYS
from cupola.runtime.values import NIL, tag_of

SHAPE, SLOT, AFTER = range(3)
NEWINDEX = NUMBER_OF["newindex"]
CELL = 8


@inline
def takes_new_fields(table: Ptr[Table]) -> bool:
    """Whether a new field is stored in the table itself, as far as that is known."""
    free = True
    if table.metatable != null(Ptr[Table]):
        free = (i64(table.metatable.header.flags) >> NEWINDEX) & 1 != 0
    return free


@inline
def write_known(x: i64, cache: Ptr[i64], value: i64) -> bool:
    """Set a field of a table that the first entry knows to have it, or to get it; False if nothing was done."""
    done = False
    if likely(tag_of(x) == values.TABLE):
        table = table_in(x)
        if likely(not is_watched(table, REMEMBER)):
            if likely(address(table.shape) == cache[FIRST + SHAPE]):
                place = slot_at(table, cache[FIRST + SLOT])
                if likely(place[0] != NIL):
                    place[0] = value
                    done = True
                elif takes_new_fields(table):
                    place[0] = value
                    table.header.flags = u16(0)
                    done = True
            elif address(table.shape) + ABSENT == cache[FIRST + SHAPE]:
                done = add_known(table, pointer(Ptr[Shape], cache[FIRST + AFTER]), value)
    return done


@inline
def add_known(table: Ptr[Table], longer: Ptr[Shape], value: i64) -> bool:
    """Add a field, which makes this the table's shape; False if nothing was done.

    A field that is nil is added too: objects of one kind, some of whose fields begin as nil, get one shape that way.
    """
    done = False
    if takes_new_fields(table) and longer.count <= cell_count(table.slots):
        table.slots[longer.count - 1] = value
        table.shape = longer
        table.header.flags = u16(0)
        done = True
    return done


@inline
def is_called(cache: Ptr[i64]) -> bool:
    """Whether a metamethod is known."""
    return cache[FIRST + SHAPE] & LOWEST == CALLED


@inline
def known_handler(x: i64, cache: Ptr[i64]) -> i64:
    """The function __newindex that is called for a new field of a value, if it is known; else NIL."""
    found: i64 = NIL
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        if address(table.shape) + CALLED == cache[FIRST + SHAPE]:
            found = handler_in(table.metatable, cache[FIRST + AFTER], cache[FIRST + SLOT])
    return found


@kernel
def write_cached(vm: Ptr[VM], x: i64, value: i64, cache: Ptr[i64]) -> bool:
    """Set a field of any value, if no metamethod and no memory is wanted; else False, and nothing was done, and
    `vm.handler` is the function to be called, or something else if that is not so simple."""
    heap = address_of(vm.heap)
    key = cache[KEY]
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        slot, certain = known_slot(heap, table.shape, key)
        if certain and slot >= 0 and not is_watched(table, REMEMBER):
            if table.slots[slot] != NIL:
                table.slots[slot] = value
                if is_turn(cache):
                    return learn(heap, cache, table.shape, slot, key)
                return True
        if certain and slot < 0 and not takes_new_fields(table):
            return write_new(vm, x, key, value, cache)
    return write_searched(vm, x, key, value, cache)


@slow
def write_searched(vm: Ptr[VM], x: i64, key: i64, value: i64, cache: Ptr[i64]) -> bool:
    """The same for what has to be looked at more closely."""
    heap = address_of(vm.heap)
    if tag_of(x) != values.TABLE:
        vm.handler = NIL
        return False
    table = table_in(x)
    if table.shape == null(Ptr[Shape]) or is_ancestor(table) or not is_short(key):
        cache[SERVED] += 1
        return write_missed(vm, x, key, value, cache)
    slot = find_slot(heap, table.shape, key)
    if not takes_new_fields(table) and (slot < 0 or table.slots[slot] == NIL):
        return write_new(vm, x, key, value, cache)
    if is_turn(cache):
        learn(heap, cache, table.shape, slot, key)
    if slot < 0:
        if table.shape.count < MOST_KEYS:
            longer = next_shape(heap, table.shape, key)
            if longer != null(Ptr[Shape]) and add_known(table, longer, value):
                barrier(heap, cast(Ptr[Object], table))
                return True
        return write_missed(vm, x, key, value, cache)
    if table.slots[slot] == NIL:
        table.header.flags = u16(0)
    table.slots[slot] = value
    barrier(heap, cast(Ptr[Object], table))
    return True


@slow
def write_new(vm: Ptr[VM], x: i64, key: i64, value: i64, cache: Ptr[i64]) -> bool:
    """Set a field that a table with a shape does not have, and that may be another table's or a function's matter."""
    heap = address_of(vm.heap)
    shape = table_in(x).shape
    if not write_bases(vm, x, key, value):
        learn_handler(heap, cache, table_in(x), key)
        return False
    if is_turn(cache) and is_short(key):
        learn(heap, cache, shape, find_slot(heap, shape, key), key)
    return True


@slow
def learn(heap: Ptr[Heap], cache: Ptr[i64], shape: Ptr[Shape], slot: i64, key: i64) -> bool:
    """Note how tables of this shape get the field; True in any case, for who has done all else."""
    longer = null(Ptr[Shape])
    if slot < 0 and shape.count < MOST_KEYS:
        longer = next_shape(heap, shape, key)
    if heap.no_lessons != 0 or (slot < 0 and longer == null(Ptr[Shape])):
        return True
    cache[LESSONS] += 1
    cache[FIRST + SHAPE] = address(shape) if slot >= 0 else address(shape) | ABSENT
    cache[FIRST + SLOT] = slot * CELL
    cache[FIRST + AFTER] = address(longer)
    return True


@slow
def write_missed(vm: Ptr[VM], x: i64, key: i64, value: i64, cache: Ptr[i64]) -> bool:
    """Set a field by search; False if a metamethod or memory is wanted: then it was not the cache that stored it."""
    done = write_bases(vm, x, key, value)
    if not done:
        cache[SERVED] -= 1
    return done


@slow
def learn_handler(heap: Ptr[Heap], cache: Ptr[i64], table: Ptr[Table], key: i64) -> None:
    """Note which function is called for a field that a table does not have, if one is and shapes tell it."""
    if table.shape == null(Ptr[Shape]) or cache[LESSONS] >= MOST_LESSONS or heap.no_lessons != 0:
        return
    slot = slot_of_function(heap, table.metatable, NEWINDEX)
    if slot >= 0 and is_short(key) and find_slot(heap, table.shape, key) < 0:
        cache[LESSONS] += 1
        cache[FIRST + SHAPE] = address(table.shape) + CALLED
        cache[FIRST + SLOT] = slot * CELL
        cache[FIRST + AFTER] = address(table.metatable.shape) + CALLED
