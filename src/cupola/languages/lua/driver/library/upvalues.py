"""debug.getupvalue and its kin."""

from __future__ import annotations

from cupola.language.values import NIL, address_in, cell, set_cell
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.varying import is_fixed, tell
from cupola.languages.lua.root_numbers import SYSTEM
from cupola.runtime.tags import LIGHT

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


def _slot(vm: LuaVM, function: int, number: int) -> int:
    """Where a closure has the address of an upvalue; 0 if it has no such upvalue. `number` counts from 0."""
    found = vm.stack.loaded(function)
    if found is None or not 0 <= number < len(found.code.upvalues):
        return 0
    return address_in(function) + vm.engine.size_of("Closure") + 8 * number


def _place(vm: LuaVM, slot: int) -> int:
    """Where the variable of an upvalue lies."""
    return cell(cell(slot) + vm.engine.structs["Upvalue"]["place"][0])


def set_upvalue(vm: LuaVM, function: int, number: int, value: int) -> None:
    """Set a variable that a function uses."""
    slot = _slot(vm, function, number)
    set_cell(_place(vm, slot), value)
    vm.entry_stored(vm.address, cell(slot))


def _name(vm: LuaVM, function: int, number: int) -> int:
    found = vm.stack.loaded(function)
    assert found is not None
    return vm.objects.string(found.code.upvalues[number].name or b"(no name)")


def getupvalue(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The name and the value of a variable that a function uses."""
    number = a.whole(vm, arguments, 1) - 1
    function = a.function(vm, arguments, 0)
    slot = _slot(vm, function, number)
    if not slot:
        return _of_native(vm, function, number)
    return _name(vm, function, number), cell(_place(vm, slot))


def _of_native(vm: LuaVM, function: int, number: int) -> Sequence[int]:
    """The values of a function that native code made (an iterator, a wrapped coroutine) have no names."""
    if not _has_value(vm, function, number):
        return ()
    return vm.objects.string(b""), cell(_value_place(vm, function, number))


def values_of_native(vm: LuaVM, function: int) -> int:
    """How many values of the program's a native function has: those of the libraries have only the system's."""
    count = cell(address_in(function)) >> 32
    if count and any(function == value for _, value in vm.objects.items(_natives(vm))):
        return 0
    return count


def _natives(vm: LuaVM) -> int:
    return vm.objects.get(vm.objects.root(SYSTEM), b"_native")


def _has_value(vm: LuaVM, function: int, number: int) -> bool:
    return vm.stack.loaded(function) is None and 0 <= number < values_of_native(vm, function)


def _value_place(vm: LuaVM, function: int, number: int) -> int:
    return address_in(function) + vm.objects.native_values + 8 * number


def setupvalue(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Set a variable that a function uses; its name."""
    value = a.value(vm, arguments, 2)
    number = a.whole(vm, arguments, 1) - 1
    function = a.function(vm, arguments, 0)
    if not _slot(vm, function, number):
        return ()
    if is_fixed(vm, function, number):
        vm.source_varies(vm.objects.code_of(function))
    set_upvalue(vm, function, number, value)
    return (_name(vm, function, number),)


def upvalueid(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """What tells whether two functions use the same variable."""
    number = a.whole(vm, arguments, 1) - 1
    function = a.function(vm, arguments, 0)
    slot = _slot(vm, function, number)
    if slot:
        return (LIGHT << 48 | cell(slot),)
    if not _has_value(vm, function, number):
        return (NIL,)
    return (LIGHT << 48 | _value_place(vm, function, number),)


def upvaluejoin(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Let a function use the variable of another one."""
    slots = []
    varies = False
    for place in (0, 2):
        number = a.whole(vm, arguments, place + 1) - 1
        function = a.function(vm, arguments, place)
        slot = _slot(vm, function, number)
        if not slot:
            raise a.bad(vm, place + 1, b"invalid upvalue index")
        slots.append(slot)
        varies = varies or is_fixed(vm, function, number)
    if varies:  # from now on the variables of any source may be another's
        tell(vm, vm.functions.loaded)
    set_cell(slots[0], cell(slots[1]))
    vm.entry_stored(vm.address, address_in(arguments[0]))
    return ()
