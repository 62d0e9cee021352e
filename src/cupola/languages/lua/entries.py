"""What the driver of Lua calls as C functions besides those of every dynamic language: native functions, coroutines,
unwinding.

Values go in and out as they are. What makes something returns 0 when there is no memory.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, i64, kernel, null, pointer, u8, u32
from cupola.language.dynamic import dynamic_entries
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import VM
from cupola.languages.lua.semantics.positions import keep_message
from cupola.languages.lua.semantics.unwinding import BASE, PC, handles_error, throw, unwind
from cupola.runtime.coroutines import new_coroutine
from cupola.runtime.heap.heap import allocate
from cupola.runtime.objects import NATIVE, NATIVE_VALUES, Coroutine, Native, Table
from cupola.runtime.tables import LAST, next_from
from cupola.runtime.values import FUNCTION, NIL, OTHER, STRING, TABLE, object_of, reference, tag_of

dynamic_entries(lua)


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
def keep_error(vm: Ptr[VM], message: i64) -> i64:
    """The driver has made a message of the failure for which the run was left."""
    base = pointer(Ptr[i64], vm.context.saved[BASE])
    keep_message(vm, base, pointer(Ptr[u8], vm.context.saved[PC]), message)
    return 0


@kernel
def key_of(table: Ptr[Table], value: i64, found: Ptr[i64]) -> bool:
    """Whether a value is a field of a table whose key is a string, which becomes found[0]; found[1] is written, too."""
    at = next_from(table, 0, found)
    while at != LAST:
        if found[1] == value and tag_of(found[0]) == STRING:
            return True
        at = next_from(table, at, found)
    return False


@lua.entry
def find_function(vm: Ptr[VM], globals: i64, function: i64) -> i64:
    """What a function is called: 1 for a global variable, whose name is then in scratch[0]; 2 for a field of a table
    that is one, in scratch[0] the field and in scratch[2] the table; 0 for neither."""
    all = cast(Ptr[Table], object_of(globals))
    if key_of(all, function, address_of(vm.scratch[0])):
        return 1
    each = address_of(vm.scratch[2])
    at = next_from(all, 0, each)
    while at != LAST:
        if tag_of(each[1]) == TABLE and each[1] != globals and tag_of(each[0]) == STRING:
            if key_of(cast(Ptr[Table], object_of(each[1])), function, address_of(vm.scratch[0])):
                return 2
        at = next_from(all, at, each)
    return 0


@lua.entry
def unwind_error(vm: Ptr[VM]) -> i64:
    """Unwind as `throw_error` does, without a call of any handler."""
    return unwind(vm, pointer(Ptr[i64], vm.context.saved[BASE]))


@lua.entry
def error_is_handled(vm: Ptr[VM]) -> i64:
    """Whether a handler of errors runs, or what it has called."""
    return i64(handles_error(vm, pointer(Ptr[i64], vm.context.saved[BASE])))
