"""Inline caches of fields: on the shape of a table, and of its metatable and what that has as __index.

The cells of a cache that reads:

    0  the shape of the table; -1 until something was learnt
    1  how many bytes into its slots the value is; or -1: the table has no such field. Without a value there,
    2  its metatable has this shape,
    3  so many bytes into whose slots is the table __index
    4  of this shape,
    5  so many bytes into whose slots the value is; or -1. Without one there, the same once more for that table:
    6 to 9
    10 how often the cache has failed, less 1: where values of many shapes come by, it stops learning

Objects of one class have the same shapes, even when each has a metatable of its own. The cells of one that writes:

    0  the shape of the table, 1  how many bytes into its slots the value is
    2  the shape of a table without the field, 3  its shape with the field
    4  how often it has failed, less 1

Shapes never die, so a cache cannot name a wrong one.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, slow, u8, u16
from cupola.languages.lua.root_numbers import EVENT_NAMES, NUMBER_OF
from cupola.languages.lua.semantics.metatables import event
from cupola.runtime import values
from cupola.runtime.heap.heap import Heap, barrier
from cupola.runtime.objects import REMEMBER, Object, Shape, Table
from cupola.runtime.tables import find_slot, next_shape, table_get_string
from cupola.runtime.tables.make import cell_count
from cupola.runtime.values import NIL, object_of, tag_of

OBJECT, SLOT, METATABLE, INDEX_SLOT, CLASS, CLASS_SLOT = range(6)
LEVEL = 4  # cells for each table that is inherited from
READ_MISSES, WRITE_MISSES = 10, 4
BEFORE, AFTER = 2, 3
MOST_MISSES = 16  # from which on a cache is left as it is
MOST_LEVELS = 16  # tables that inherit from each other, which are looked through natively
INDEX, NEWINDEX = NUMBER_OF["index"], NUMBER_OF["newindex"]
CELL = 8


@inline
def table_in(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


@inline
def slot_at(table: Ptr[Table], bytes: i64) -> Ptr[i64]:
    """A slot of a table."""
    return cast(Ptr[i64], cast(Ptr[u8], table.slots) + bytes)


@inline
def has_shape(table: Ptr[Table], cell: i64) -> bool:
    """Whether a table has the shape in a cell of a cache."""
    return address(table.shape) == cell


@inline
def has_no_index(table: Ptr[Table]) -> bool:
    """Whether nothing is inherited, as far as that is known."""
    none = table.metatable == null(Ptr[Table])
    if not none:
        none = (i64(table.metatable.header.flags) >> INDEX) & 1 != 0
    return none


@inline
def inherited_table(table: Ptr[Table], cache: Ptr[i64]) -> Ptr[Table]:
    """The table that another inherits from, if the cache (of this level) knows both; else null."""
    found = null(Ptr[Table])
    metatable = table.metatable
    if metatable != null(Ptr[Table]):
        if has_shape(metatable, cache[METATABLE]):
            index = slot_at(metatable, cache[INDEX_SLOT])[0]
            if tag_of(index) == values.TABLE:
                if has_shape(table_in(index), cache[CLASS]):
                    found = table_in(index)
    return found


@inline
def read_field(x: i64, cache: Ptr[i64]) -> tuple[i64, bool]:
    """The field of a value, and whether that is certain: if it is a table that the cache knows."""
    found: i64 = NIL
    known = False
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        if has_shape(table, cache[OBJECT]):
            if cache[SLOT] >= 0:
                found = slot_at(table, cache[SLOT])[0]
            known = found != NIL or table.metatable == null(Ptr[Table])
            if not known:
                found = read_base(table, cache)
                known = found != NIL
    return found, known


@inline
def read_base(table: Ptr[Table], cache: Ptr[i64]) -> i64:
    """The field of the table that another inherits from, if the cache knows it; else NIL."""
    found: i64 = NIL
    base = inherited_table(table, cache)
    if base != null(Ptr[Table]):
        if cache[CLASS_SLOT] >= 0:
            found = slot_at(base, cache[CLASS_SLOT])[0]
    return found


@inline
def read_inherited(table: Ptr[Table], cache: Ptr[i64]) -> tuple[i64, bool]:
    """The field of a table that does not have it itself, and whether that is certain."""
    found: i64 = NIL
    known = has_no_index(table)
    if not known:
        base = inherited_table(table, cache)
        if base != null(Ptr[Table]):
            if cache[CLASS_SLOT] >= 0:
                found = slot_at(base, cache[CLASS_SLOT])[0]
            known = found != NIL or has_no_index(base)
            if not known:
                found = read_base(base, cache + LEVEL)
                known = found != NIL
    return found, known


# --- learning -------------------------------------------------------------------------------------------------------


@slow
def learn(heap: Ptr[Heap], cache: Ptr[i64], table: Ptr[Table], key: i64) -> None:
    """Note in a cache where a table like this has the field."""
    cache[READ_MISSES] += 1
    if table.shape != null(Ptr[Shape]):
        cache[OBJECT] = address(table.shape)
        cache[SLOT] = place_of(heap, table, key)
        base = learn_base(heap, cache, table, key)
        if base != null(Ptr[Table]):
            learn_base(heap, cache + LEVEL, base, key)


@kernel
def read_missed(heap: Ptr[Heap], x: i64, key: i64, cache: Ptr[i64]) -> tuple[i64, bool]:
    """The field of a value that a cache does not know, and whether that is certain: no metamethod is wanted."""
    if tag_of(x) != values.TABLE:
        return NIL, False
    table = table_in(x)
    if cache[READ_MISSES] < MOST_MISSES:
        learn(heap, cache, table, key)
    own = table_get_string(heap, table, key)
    if own != NIL:
        return own, True
    found, known = read_inherited(table, cache)  # the cache may know the class, if not the shape
    if known:
        return found, True
    return search_bases(heap, table, key)


@kernel
def search_bases(heap: Ptr[Heap], derived: Ptr[Table], key: i64) -> tuple[i64, bool]:
    """The same for a field that a table does not have, by search."""
    table = derived
    left = MOST_LEVELS
    while left > 0:
        index = event(heap, table.metatable, INDEX)
        if index == NIL:
            return NIL, True
        if tag_of(index) != values.TABLE:
            return NIL, False
        table = table_in(index)
        found = table_get_string(heap, table, key)
        if found != NIL:
            return found, True
        left -= 1
    return NIL, False


@inline
def place_of(heap: Ptr[Heap], table: Ptr[Table], key: i64) -> i64:
    """How many bytes into the slots of a table a field is, or -1."""
    slot = find_slot(heap, table.shape, key)
    return slot * CELL if slot >= 0 else -1


@kernel
def learn_base(heap: Ptr[Heap], cache: Ptr[i64], table: Ptr[Table], key: i64) -> Ptr[Table]:
    """Note where the table that another inherits from has the field; it, or null."""
    nothing = null(Ptr[Table])
    cache[METATABLE] = -1
    metatable = table.metatable
    if metatable == nothing:
        return nothing
    if metatable.shape == null(Ptr[Shape]):
        return nothing
    at = find_slot(heap, metatable.shape, heap.roots[EVENT_NAMES + INDEX])
    if at < 0:
        return nothing
    if tag_of(metatable.slots[at]) != values.TABLE:
        return nothing
    base = table_in(metatable.slots[at])
    if base.shape == null(Ptr[Shape]):
        return nothing
    cache[METATABLE] = address(metatable.shape)
    cache[INDEX_SLOT] = at * CELL
    cache[CLASS] = address(base.shape)
    cache[CLASS_SLOT] = place_of(heap, base, key)
    return base


@kernel
def write_missed(heap: Ptr[Heap], x: i64, key: i64, value: i64, cache: Ptr[i64]) -> bool:
    """Set a field of a value that a cache does not know, if no metamethod and no memory is wanted; else False."""
    if tag_of(x) != values.TABLE:
        return False
    table = table_in(x)
    if table.shape == null(Ptr[Shape]):
        return False
    if i64(table.header.mark) & REMEMBER != 0:  # then nothing else was wrong, most of the time
        barrier(heap, cast(Ptr[Object], table))
        if write_field(x, cache, value):
            return True
    slot = find_slot(heap, table.shape, key)
    cache[WRITE_MISSES] += 1
    if cache[WRITE_MISSES] < MOST_MISSES:
        if slot >= 0:
            cache[OBJECT] = address(table.shape)
            cache[SLOT] = slot * CELL
        else:
            longer = next_shape(heap, table.shape, key)
            if longer != null(Ptr[Shape]):
                cache[BEFORE] = address(table.shape)
                cache[AFTER] = address(longer)
    if slot < 0:
        return False
    if table.slots[slot] == NIL:
        if not takes_new_fields(table):
            return False
        table.header.flags = u16(0)
    table.slots[slot] = value
    barrier(heap, cast(Ptr[Object], table))
    return True


# --- writing --------------------------------------------------------------------------------------------------------


@inline
def takes_new_fields(table: Ptr[Table]) -> bool:
    """Whether a new field is stored in the table itself, as far as that is known."""
    free = True
    if table.metatable != null(Ptr[Table]):
        free = (i64(table.metatable.header.flags) >> NEWINDEX) & 1 != 0
    return free


@inline
def write_field(x: i64, cache: Ptr[i64], value: i64) -> bool:
    """Set a field of a value that has it, or add it, if the cache knows how; else False."""
    done = False
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        if i64(table.header.mark) & REMEMBER == 0:
            if has_shape(table, cache[OBJECT]):
                place = slot_at(table, cache[SLOT])
                if place[0] != NIL:
                    place[0] = value
                    done = True
                elif takes_new_fields(table):
                    place[0] = value
                    table.header.flags = u16(0)
                    done = True
            elif has_shape(table, cache[BEFORE]):
                longer = pointer(Ptr[Shape], cache[AFTER])
                if takes_new_fields(table) and longer.count <= cell_count(table.slots) and value != NIL:
                    table.slots[longer.count - 1] = value
                    table.shape = longer
                    table.header.flags = u16(0)
                    done = True
    return done
