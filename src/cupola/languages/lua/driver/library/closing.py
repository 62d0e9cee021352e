"""coroutine.close"""

from __future__ import annotations

from cupola.language.values import (
    FALSE,
    NIL,
    TRUE,
    address_in,
    cell,
    set_cell,
)
from cupola.languages.lua.driver.errors import Problem, Thrown
from cupola.languages.lua.driver.library import calling
from cupola.languages.lua.root_numbers import ERROR_VALUE

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

RUNNING, DEAD = 1, 3  # as in `runtime.objects`
FLAGS = 2  # where they lie in an object, 2 bytes
CELL = 8
KEPT = 1  # as in `semantics.upvalues`


def close(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """End a coroutine that does not run and has variables to be closed. True; or false and an error."""
    coroutine = address_in(arguments[0])
    status = cell(coroutine) >> 8 * FLAGS & 0xFFFF
    fields = vm.engine.structs["Coroutine"]
    pc = coroutine + fields["pc"][0]
    error = None
    if status == DEAD and cell(pc):  # it died by an error, which lies on top
        error = cell(cell(coroutine + fields["top"][0]) - CELL)
        set_cell(pc, 0)
    set_status(coroutine, RUNNING)  # so it is told, though another one calls the metamethods
    error = close_variables(vm, coroutine, error)
    vm.entry_end_coroutine(vm.address, arguments[0])
    return (TRUE,) if error is None else (FALSE, error)


def set_status(coroutine: int, status: int) -> None:
    """Let a coroutine, by its address, do something else."""
    flags = cell(coroutine) & ~(0xFFFF << 8 * FLAGS) | status << 8 * FLAGS
    set_cell(coroutine, flags)


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
        except Problem as problem:
            error = vm.objects.string(problem.message)
        if error is not None:
            vm.objects.set_root(ERROR_VALUE, error)
    return error


def _call_close(vm: LuaVM, value: int, error: int) -> None:
    """Call the metamethod `__close` of a value."""
    handler = calling.metafield(vm, value, b"__close")
    calling.call_value(vm, handler, [value, error])
