"""Inline caches of reading a field: on the shape of a table, for what it has itself and for what it inherits.

The cells of a cache (see `cache_cells`): how often it has learnt, and how often `read_cached` gave the value, each less
1; then its entries, of ENTRY cells each, those that were of use lately first:

    0  the shape of the table; with bit 0 set if tables of this shape do not have the field; OF_STRINGS for a string
    1  how many bytes into its slots the value is, if they have it
    2  the metatable, 0 for none, UNKNOWN if what is inherited is not known
    3  the address of the cell where the inherited value lies (a cell with NIL, if there is none),
    4  as long as `Heap.lineage` is this

Where a function __index gives the fields that tables do not have, cell 2 is the shape of the metatable with CALLED set,
and cell 3 how many bytes into its slots the function lies: so it serves for metatables that each object has of its own.

The instruction itself looks at the first entry or two (polymorphic inline caches: Hölzle, Chambers, Ungar 1991).
`read_cached` asks the cache of shapes that all places share for what a table has itself, and the entries for what it
inherits. A place where values of very many kinds come by stops learning, and searches from then on.

Shapes never die, so an entry cannot name a wrong one. A metatable's address may come to mean another table, but then
`Heap.lineage` is another one too (see `heap.ancestors`).
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
    memory_move,
    null,
    pointer,
    slow,
    static,
    u8,
)
from cupola.languages.lua.cache_cells import (
    CALLED,
    ENTRIES,
    ENTRY,
    FIRST,
    KEY,
    LESSONS,
    LINEAGE,
    LOWEST,
    METATABLE,
    MOST_LESSONS,
    PLACE,
    READ_CELLS,
    SERVED,
    SHAPE,
    SLOT,
)
from cupola.languages.lua.machine import VM
from cupola.languages.lua.root_numbers import EVENT_NAMES, METATABLES, NIL_PLACE, NUMBER_OF, STRING_TYPE
from cupola.languages.lua.semantics.bases import MOST_LEVELS, read_bases
from cupola.languages.lua.semantics.metatables import event
from cupola.runtime import values
from cupola.runtime.heap.ancestors import note_ancestor
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, Shape, String, Table
from cupola.runtime.tables import find_slot, known_slot, table_get_string
from cupola.runtime.values import NIL, object_of, tag_of

ABSENT = 1  # bit of SHAPE
OF_STRINGS = 2  # no shape lies there
UNKNOWN = -1
TURN = 64  # whenever it has looked so often, what it found then becomes the first entry
INDEX = NUMBER_OF["index"]
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
def read_own(x: i64, cache: Ptr[i64]) -> i64:
    """A field that the value has itself, if it is a table whose shape one of the first two entries knows; else NIL."""
    found: i64 = NIL
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        shape = address(table.shape)
        if shape == cache[FIRST + SHAPE]:
            found = slot_at(table, cache[FIRST + SLOT])[0]
        elif shape == cache[FIRST + ENTRY + SHAPE]:
            found = slot_at(table, cache[FIRST + ENTRY + SLOT])[0]
    return found


@inline
def read_inherited(heap: Ptr[Heap], x: i64, cache: Ptr[i64], may_be_own: i64) -> tuple[i64, bool, bool]:
    """A field that the value inherits, or nobody has, and whether that is certain: if the first entry knows it; and
    whether that knows a function __index for such values. With ABSENT as `may_be_own` the value may have the field
    itself, but that is NIL."""
    found: i64 = NIL
    known = False
    called = False
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        if address(table.shape) | ABSENT == cache[FIRST + SHAPE] | may_be_own:
            if (
                address(table.metatable) == cache[FIRST + METATABLE]
                and heap.lineage == cache[FIRST + LINEAGE]
            ):
                found = pointer(Ptr[i64], cache[FIRST + PLACE])[0]
                known = True
            else:
                called = is_called(cache)
    return found, known, called


@inline
def is_called(cache: Ptr[i64]) -> bool:
    """Whether the first entry knows a metamethod."""
    return cache[FIRST + METATABLE] & LOWEST == CALLED


@inline
def known_handler(x: i64, cache: Ptr[i64]) -> i64:
    """The function __index that is called for the field of a value, if the first entry knows; else NIL."""
    found: i64 = NIL
    if tag_of(x) == values.TABLE and is_called(cache):
        table = table_in(x)
        if address(table.shape) + ABSENT == cache[FIRST + SHAPE]:
            found = handler_in(table.metatable, cache[FIRST + METATABLE], cache[FIRST + PLACE])
    return found


@inline
def handler_in(metatable: Ptr[Table], shape: i64, bytes: i64) -> i64:
    """The function that lies so many bytes into the slots of a metatable, if its shape is the one that has CALLED set
    in `shape`; else NIL."""
    found: i64 = NIL
    if metatable != null(Ptr[Table]):
        if address(metatable.shape) + CALLED == shape:
            handler = slot_at(metatable, bytes)[0]
            if tag_of(handler) == values.FUNCTION:
                found = handler
    return found


@inline
def metatable_of_strings(heap: Ptr[Heap]) -> Ptr[Table]:
    """What all strings have as their metatable, or null."""
    found = null(Ptr[Table])
    if tag_of(heap.roots[METATABLES + STRING_TYPE]) == values.TABLE:
        found = table_in(heap.roots[METATABLES + STRING_TYPE])
    return found


@kernel
def read_cached(vm: Ptr[VM], x: i64, cache: Ptr[i64]) -> tuple[i64, bool]:
    """The field of any value, and whether that is certain: no metamethod is called, and nothing is wrong. If not,
    `vm.handler` is the function to be called, or something else if that is not so simple."""
    heap = address_of(vm.heap)
    key = cache[KEY]
    place: i64 = 0
    if tag_of(x) == values.TABLE:
        table = table_in(x)
        slot, certain = known_slot(heap, table.shape, key)
        if certain:
            if slot >= 0:
                place = address(table.slots + slot)
                if table.slots[slot] == NIL:
                    place = known_place(heap, cache, table.metatable, 0)
            else:
                place = known_place(heap, cache, table.metatable, 0)
            if place == 0:
                return read_missed(vm, x, key, cache, address(table.shape), table.metatable)
    elif tag_of(x) == values.STRING:
        place = known_place(heap, cache, metatable_of_strings(heap), OF_STRINGS)
    if place == 0:
        return read_searched(vm, x, key, cache)
    if is_turn(cache):
        return read_in_turn(heap, x, key, cache, pointer(Ptr[i64], place))
    return pointer(Ptr[i64], place)[0], True


@inline
def known_place(heap: Ptr[Heap], cache: Ptr[i64], metatable: Ptr[Table], shape: i64) -> i64:
    """Where values with this metatable find what they do not have themselves, if an entry knows; else 0. `shape` is
    OF_STRINGS, or 0 for a table: its shape does not matter."""
    for number in static(range(ENTRIES)):
        entry = cache + (FIRST + number * ENTRY)
        others = (entry[SHAPE] ^ shape) & OF_STRINGS | entry[METATABLE] ^ address(metatable)
        if others | entry[LINEAGE] ^ heap.lineage == 0:
            return entry[PLACE]
    return 0


@inline
def is_turn(cache: Ptr[i64]) -> bool:
    """Count a value that was no hit of the instruction's; whether it should become the first entry."""
    cache[SERVED] += 1
    return cache[SERVED] % TURN == 0


@slow
def read_in_turn(heap: Ptr[Heap], x: i64, key: i64, cache: Ptr[i64], place: Ptr[i64]) -> tuple[i64, bool]:
    """The value at `place`; such tables, or strings, are the first that the cache knows from now on."""
    shape, metatable = kind_of(heap, x)
    learn(heap, cache, key, shape, metatable)
    return place[0], True


@inline
def kind_of(heap: Ptr[Heap], x: i64) -> tuple[i64, Ptr[Table]]:
    """What an entry knows a table, or a string, by: its shape, or 0, or OF_STRINGS; and its metatable, or null."""
    shape: i64 = OF_STRINGS
    metatable = null(Ptr[Table])
    if tag_of(x) == values.TABLE:
        shape = address(table_in(x).shape)
        metatable = table_in(x).metatable
    else:
        metatable = metatable_of_strings(heap)
    return shape, metatable


# --- learning -------------------------------------------------------------------------------------------------------


@slow
def read_searched(vm: Ptr[VM], x: i64, key: i64, cache: Ptr[i64]) -> tuple[i64, bool]:
    """`read_cached`, where nothing is known of such values."""
    heap = address_of(vm.heap)
    if tag_of(x) != values.TABLE and tag_of(x) != values.STRING:
        vm.handler = NIL
        return NIL, False
    shape, metatable = kind_of(heap, x)
    if shape != OF_STRINGS and shape != 0 and is_short(key):
        table = table_in(x)
        slot = find_slot(heap, table.shape, key)
        if slot >= 0 and table.slots[slot] != NIL:
            if is_turn(cache):
                learn(heap, cache, key, shape, metatable)
            return table.slots[slot], True
    place = known_place(heap, cache, metatable, shape & OF_STRINGS)
    if place != 0 and (shape != 0 or table_get_string(heap, table_in(x), key) == NIL):
        cache[SERVED] += 1
        return pointer(Ptr[i64], place)[0], True
    return read_missed(vm, x, key, cache, shape, metatable)


@slow
def read_missed(
    vm: Ptr[VM], x: i64, key: i64, cache: Ptr[i64], shape: i64, metatable: Ptr[Table]
) -> tuple[i64, bool]:
    """The same for a value that does not have the field in a slot, and that no entry knows: search, and learn."""
    heap = address_of(vm.heap)
    if shape == 0 or not is_short(key):
        own: i64 = NIL
        if shape != OF_STRINGS:
            own = table_get_string(heap, table_in(x), key)
        if own != NIL:
            cache[SERVED] += 1
            return own, True
    elif cache[LESSONS] < MOST_LESSONS:
        cache[LESSONS] += 1
        learn(heap, cache, key, shape, metatable)
    found, known = read_bases(vm, x, metatable, key)
    if known:
        cache[SERVED] += 1
    return found, known


@inline
def is_short(key: i64) -> bool:
    """Whether shapes may have this string."""
    return cast(Ptr[String], object_of(key)).length <= LONGEST_INTERNED


@slow
def learn(heap: Ptr[Heap], cache: Ptr[i64], key: i64, shape: i64, metatable: Ptr[Table]) -> None:
    """Note in the first entry where a value of this shape, or string, has the field, and where it lies if it is
    inherited. The others move on, up to the one that knew such values before, or the last."""
    if heap.no_lessons != 0:
        return
    slot = -1
    if shape != OF_STRINGS:
        slot = find_slot(heap, pointer(Ptr[Shape], shape), key)
    place = address(place_of_inherited(heap, metatable, key, shape != OF_STRINGS))
    known = UNKNOWN if place == 0 else address(metatable)
    if place == 0 and shape != OF_STRINGS:
        function = slot_of_function(heap, metatable, INDEX)
        if function >= 0:
            known = address(metatable.shape) + CALLED
            place = function * CELL
    entry = cache + FIRST
    while entry < cache + (READ_CELLS - ENTRY):
        if entry[SHAPE] | ABSENT == shape | ABSENT and entry[METATABLE] == known:
            break
        entry = entry + ENTRY
    memory_move(cache + (FIRST + ENTRY), cache + FIRST, address(entry) - address(cache + FIRST))
    entry = cache + FIRST
    entry[SHAPE] = shape if slot >= 0 else shape | ABSENT
    entry[SLOT] = slot * CELL
    entry[METATABLE] = known
    entry[PLACE] = place
    entry[LINEAGE] = heap.lineage


@kernel
def slot_of_function(heap: Ptr[Heap], metatable: Ptr[Table], number: i64) -> i64:
    """The slot in which a metatable has a function for an event; -1 if there is none."""
    if metatable == null(Ptr[Table]) or metatable.shape == null(Ptr[Shape]):
        return -1
    slot = find_slot(heap, metatable.shape, heap.roots[EVENT_NAMES + number])
    if slot >= 0 and tag_of(metatable.slots[slot]) != values.FUNCTION:
        slot = -1
    return slot


@kernel
def place_of_inherited(heap: Ptr[Heap], first: Ptr[Table], key: i64, of_table: bool) -> Ptr[i64]:
    """The cell where values with this metatable find a field that they do not have themselves; null if that cannot be
    relied on: there is a function __index, a table without a shape has it, too many tables are watched."""
    metatable = first
    left = MOST_LEVELS
    while left > 0:
        index = event(heap, metatable, INDEX)
        if index == NIL:
            if not (of_table or left < MOST_LEVELS):
                return null(Ptr[i64])
            if metatable != null(Ptr[Table]) and not note_ancestor(heap, metatable):
                return null(Ptr[i64])
            return address_of(heap.roots[NIL_PLACE])
        if tag_of(index) != values.TABLE:
            return null(Ptr[i64])
        base = table_in(index)
        if not note_ancestor(heap, metatable) or not note_ancestor(heap, base):
            return null(Ptr[i64])
        if base.shape != null(Ptr[Shape]):
            slot = find_slot(heap, base.shape, key)
            if slot >= 0 and base.slots[slot] != NIL:
                return base.slots + slot
        elif table_get_string(heap, base, key) != NIL:
            return null(Ptr[i64])
        metatable = base.metatable
        left -= 1
    return null(Ptr[i64])
