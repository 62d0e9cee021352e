"""What the driver of Lua calls as C functions besides those of every dynamic language: native functions, coroutines,
unwinding.

Values go in and out as they are. What makes something returns 0 when there is no memory.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, null, pointer, u8, u32
from cupola.language.dynamic import dynamic_entries
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import VM
from cupola.languages.lua.semantics.positions import keep_message
from cupola.languages.lua.semantics.unwinding import BASE, PC, throw
from cupola.runtime.coroutines import new_coroutine
from cupola.runtime.heap.heap import allocate
from cupola.runtime.objects import NATIVE, NATIVE_VALUES, Coroutine, Native
from cupola.runtime.values import FUNCTION, NIL, OTHER, reference

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
