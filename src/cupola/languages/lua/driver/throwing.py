"""Errors that the driver throws into the guest, and those that come out of it."""

from __future__ import annotations

from cupola.language.values import NIL, STRING, bytes_of, tag_of
from cupola.languages.lua.driver import messages
from cupola.languages.lua.driver.errors import LuaError, Thrown
from cupola.languages.lua.root_numbers import ERROR_VALUE, HANDLERS_MESSAGE

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

UNCAUGHT, THROW_AGAIN, NO_ROOM = 0, 2, 3  # as in `semantics.unwinding`


def throw(vm: LuaVM, value: int, handled: bool) -> None:
    """Throw a value where the guest is: it goes on where this is caught; `handled`: no handler is called. Raises
    LuaError if it is not caught."""
    vm.vm.error = value
    vm.error_base, vm.error_pc = vm.register("base"), vm.register("pc")
    found = vm.entry_unwind(vm.address) if handled else vm.entry_throw(vm.address)
    while found == THROW_AGAIN or found == NO_ROOM:
        if found == NO_ROOM:
            found = throw_in_less_room(vm)
            continue
        try:
            vm.vm.error = messages.failure(vm)
        except Thrown as thrown:
            vm.vm.error = thrown.value
        vm.error_base, vm.error_pc = vm.register("base"), vm.register("pc")
        found = vm.entry_throw(vm.address)
    if found == UNCAUGHT:
        raise uncaught(vm)


def throw_in_less_room(vm: LuaVM) -> int:
    """There is no stack for a handler: collect, or do without."""
    vm.objects.set_root(ERROR_VALUE, vm.vm.error)
    vm.collect()
    found: int = vm.entry_throw(vm.address)
    if found == NO_ROOM:
        vm.vm.error = vm.objects.root(HANDLERS_MESSAGE)
        found = vm.entry_unwind(vm.address)
    return found


def uncaught(vm: LuaVM) -> LuaError | Thrown:
    """The error of a value that nobody catches in this run of the driver."""
    if vm.vm.level > 1:  # what called into the guest again may catch it
        return Thrown(vm.vm.error)
    value = vm.vm.error
    error = LuaError(messages.text_of_error(vm, value), value)
    try:
        error.traceback = messages.traceback(vm, vm.error_base, vm.error_pc)
    except MemoryError:
        error.traceback = "stack traceback: (no memory)"
    return error


def told(vm: LuaVM, error: LuaError) -> LuaError:
    """What the command `lua` tells of an error that came out: if its value has `__tostring`, the string that this
    gives, and no traceback."""
    from cupola.languages.lua.driver.library.arguments import is_a_function
    from cupola.languages.lua.driver.library.calling import metafield

    value = error.value
    handler = metafield(vm, value, b"__tostring") if isinstance(value, int) else NIL
    if not is_a_function(handler):
        return error
    assert isinstance(value, int)
    try:
        results = vm.call(handler, [value])
    except LuaError as other:
        return other
    if results and tag_of(results[0]) == STRING:
        return LuaError(bytes_of(results[0]).decode("utf-8", "replace"), value)
    return error
