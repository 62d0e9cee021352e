"""Tables: dictionaries from any value to any value that are arrays and records too.

Integers from 1 on lie in an array part, strings in slots that shapes know (hidden classes), all else in a hash part.
`get`, `set`, `length` and `next` are the operations, without metatables; `fast` has what instructions put in line.
"""

from __future__ import annotations

from cupola.runtime.tables.fast import array_append, array_get, array_set, slot_add, slot_get, slot_set
from cupola.runtime.tables.get import table_get, table_get_integer, table_get_string
from cupola.runtime.tables.length import table_length
from cupola.runtime.tables.make import new_table
from cupola.runtime.tables.next import LAST, next_from, table_next
from cupola.runtime.tables.set import (
    add_field,
    table_set,
    table_set_integer,
    table_set_list,
    table_set_string,
)
from cupola.runtime.tables.shapes import MOST_KEYS, find_slot, known_slot, next_shape, set_up
from cupola.runtime.tables.status import END, INVALID_KEY, NAN_KEY, NIL_KEY, NO_MEMORY, OK

__all__ = [
    "END",
    "INVALID_KEY",
    "LAST",
    "MOST_KEYS",
    "NAN_KEY",
    "NIL_KEY",
    "NO_MEMORY",
    "OK",
    "add_field",
    "array_append",
    "array_get",
    "array_set",
    "find_slot",
    "known_slot",
    "new_table",
    "next_from",
    "next_shape",
    "set_up",
    "slot_add",
    "slot_get",
    "slot_set",
    "table_get",
    "table_get_integer",
    "table_get_string",
    "table_length",
    "table_next",
    "table_set",
    "table_set_integer",
    "table_set_list",
    "table_set_string",
]
