"""Reading and writing along chains of tables, in native code, up to the function that is to be called.

What leads to one notes it in the VM, with the value that it is called with, so that the slow path, which follows at
once, need not go the same way again.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, cast, i64, inline, slow
from cupola.languages.lua.machine import VM
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.metatables import event
from cupola.runtime import values
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import Table
from cupola.runtime.tables import (
    OK,
    table_get,
    table_get_integer,
    table_get_string,
    table_set,
    table_set_string,
)
from cupola.runtime.values import NIL, is_integer, object_of, payload, tag_of

INDEX, NEWINDEX = NUMBER_OF["index"], NUMBER_OF["newindex"]
MOST_LEVELS = 16  # tables that inherit from each other, which are looked through natively


@inline
def get_any(heap: Ptr[Heap], table: Ptr[Table], key: i64) -> i64:
    """The value of a key, an integer or a string first of all."""
    if is_integer(key):
        return table_get_integer(table, payload(key))
    if tag_of(key) == values.STRING:
        return table_get_string(heap, table, key)
    return table_get(heap, table, key)


@slow
def read_bases(vm: Ptr[VM], x: i64, first: Ptr[Table], key: i64) -> tuple[i64, bool]:
    """x[key], where x has this metatable and not the key itself, and whether that is certain. If not, `vm.handler` is
    the function to be called, or something else if that is not so simple."""
    heap = address_of(vm.heap)
    metatable = first
    vm.receiver = x
    left = MOST_LEVELS
    while left > 0:
        base = event(heap, metatable, INDEX)
        if tag_of(base) != values.TABLE:
            vm.handler = base
            return NIL, base == NIL and tag_of(vm.receiver) == values.TABLE
        table = cast(Ptr[Table], object_of(base))
        value = get_any(heap, table, key)
        if value != NIL:
            return value, True
        vm.receiver = base
        metatable = table.metatable
        left -= 1
    vm.handler = NIL
    return NIL, False


@slow
def write_bases(vm: Ptr[VM], x: i64, key: i64, value: i64) -> bool:
    """x[key] = value, where x is a table, if no function and no memory is wanted; else False, and nothing was done, and
    `vm.handler` is the function to be called, or something else if that is not so simple."""
    heap = address_of(vm.heap)
    vm.handler = NIL
    at = x
    left = MOST_LEVELS
    while tag_of(at) == values.TABLE and left > 0:
        table = cast(Ptr[Table], object_of(at))
        base = event(heap, table.metatable, NEWINDEX)
        if base == NIL or get_any(heap, table, key) != NIL:
            vm.handler = NIL
            if tag_of(key) == values.STRING:
                return table_set_string(heap, table, key, value) == OK
            return table_set(heap, table, key, value) == OK
        vm.handler = base
        vm.receiver = at
        at = base
        left -= 1
    return False
