"""Reading and writing fields of any value, along chains of __index and __newindex."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, kernel
from cupola.languages.lua.failures import INDEX, INDEX_CHAIN, SET_INDEX, SET_INDEX_CHAIN
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.metatables import event, metamethod
from cupola.runtime import values
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import Table
from cupola.runtime.tables import OK, table_get, table_set
from cupola.runtime.values import NIL, object_of, tag_of

INDEX_EVENT, NEWINDEX_EVENT = NUMBER_OF["index"], NUMBER_OF["newindex"]
LONGEST_CHAIN = 2000
FOUND, CALL_IT = 0, -2  # CALL_IT: out[0] is a function to be called with out[1]; a failure is above 0
NOT_SET = -10  # less the status of `table_set`


@kernel
def index(heap: Ptr[Heap], object: i64, key: i64, out: Ptr[i64]) -> i64:
    """`object[key]` into out[0]: FOUND, CALL_IT or a failure, whose object is out[0]."""
    at = object
    left: i64 = LONGEST_CHAIN
    while left > 0:
        handler: i64 = NIL
        if tag_of(at) == values.TABLE:
            table = cast(Ptr[Table], object_of(at))
            found = table_get(heap, table, key)
            if found == NIL:
                handler = event(heap, table.metatable, INDEX_EVENT)
            if handler == NIL:
                out[0] = found
                return FOUND
        else:
            handler = metamethod(heap, at, INDEX_EVENT)
            if handler == NIL:
                out[0] = at
                return INDEX
        if tag_of(handler) == values.FUNCTION:
            out[0] = handler
            out[1] = at
            return CALL_IT
        at = handler
        left -= 1
    return INDEX_CHAIN


@kernel
def set_index(heap: Ptr[Heap], object: i64, key: i64, value: i64, out: Ptr[i64]) -> i64:
    """`object[key] = value`: FOUND, CALL_IT, a failure; or NOT_SET less the status of `table_set`, if that fails."""
    at = object
    left: i64 = LONGEST_CHAIN
    while left > 0:
        handler: i64 = NIL
        if tag_of(at) == values.TABLE:
            table = cast(Ptr[Table], object_of(at))
            handler = event(heap, table.metatable, NEWINDEX_EVENT)
            if handler != NIL:
                if table_get(heap, table, key) != NIL:
                    handler = NIL
            if handler == NIL:
                status = table_set(heap, table, key, value)
                return FOUND if status == OK else NOT_SET - status
        else:
            handler = metamethod(heap, at, NEWINDEX_EVENT)
            if handler == NIL:
                out[0] = at
                return SET_INDEX
        if tag_of(handler) == values.FUNCTION:
            out[0] = handler
            out[1] = at
            return CALL_IT
        at = handler
        left -= 1
    return SET_INDEX_CHAIN
