"""coroutine.close"""

from __future__ import annotations

from cupola.language.values import (
    FALSE,
    NIL,
    OTHER,
    TRUE,
    address_in,
    cell,
    kind_of,
    set_cell,
    tag_of,
)
from cupola.languages.lua.driver.errors import Problem, Thrown
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.objects import COROUTINE
from cupola.languages.lua.root_numbers import ERROR_VALUE

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

SUSPENDED, RUNNING, NORMAL, DEAD = range(4)  # as in `runtime.objects`
FLAGS = 2  # where they lie in an object, 2 bytes
KEPT = 1  # as in `semantics.upvalues`


def close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """End a coroutine that does not run: its variables are closed. True; or false and an error."""
    if not arguments or tag_of(arguments[0]) != OTHER or kind_of(arguments[0]) != COROUTINE:
        raise a.wrong_type(vm, arguments, 0, b"thread")
    coroutine = address_in(arguments[0])
    status = cell(coroutine) >> 8 * FLAGS & 0xFFFF
    if status in (RUNNING, NORMAL):
        raise Problem(b"cannot close a %s coroutine" % (b"running" if status == RUNNING else b"normal"))
    fields = vm.engine.structs["Coroutine"]
    pc = coroutine + fields["pc"][0]
    error = None
    if status == DEAD and cell(pc):  # it died by an error, which lies in its first cell
        error = cell(cell(coroutine + fields["stack"][0]))
        set_cell(pc, 0)
    error = close_variables(vm, coroutine, error)
    vm.entry_end_coroutine(vm.address, arguments[0])
    return (TRUE,) if error is None else (FALSE, error)


def close_variables(vm: LuaVM, coroutine: int, error: int | None) -> int | None:
    """Close all variables of a coroutine, by its address, that are to be closed; the last error."""
    upvalue = vm.engine.structs["Upvalue"]
    first = coroutine + vm.engine.structs["Coroutine"]["to_close"][0]
    while entry := cell(first):
        set_cell(first, cell(entry + upvalue["next"][0]))
        if cell(entry) >> 8 * FLAGS & 0xFFFF == KEPT:
            continue
        value = cell(cell(entry + upvalue["place"][0]))
        try:
            _call_close(vm, value, NIL if error is None else error)
        except Thrown as thrown:
            error = thrown.value
            vm.objects.set_root(ERROR_VALUE, error)
    return error


def _call_close(vm: LuaVM, value: int, error: int) -> None:
    """Call the metamethod `__close` of a value."""
    metatable = vm.objects.metatable(value)
    handler = NIL if metatable == NIL else vm.objects.get(metatable, b"__close")
    if not a.is_a_function(handler):
        raise Problem(b"metamethod 'close' is no function")
    vm.call_inside(handler, [value, error])
