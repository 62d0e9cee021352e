"""What functions of the driver need to call values of the guest, and to find what belongs to themselves."""

from __future__ import annotations

from cupola.language.values import NIL, address_in, cell
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library.arguments import is_a_function

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


MOST_HANDLERS = 16  # __call of a value that is called by __call ...


def metafield(vm: LuaVM, value: int, name: bytes) -> int:
    """A field of a value's metatable; NIL if there is none."""
    metatable = vm.objects.metatable(value)
    return NIL if metatable == NIL else vm.objects.get(metatable, name)


def call_value(vm: LuaVM, value: int, arguments: Sequence[int]) -> list[int]:
    """Call a function, or what has the metamethod `__call`."""
    given = list(arguments)
    called = value
    for _ in range(MOST_HANDLERS):
        if is_a_function(called):
            return vm.call_inside(called, given)
        given.insert(0, called)
        called = metafield(vm, called, b"__call")
    raise Problem(b"attempt to call a %s value" % vm.objects.type_name(value))


def running_function(vm: LuaVM) -> int:
    """The function of the driver that is being called, before it calls the guest itself."""
    return cell(vm.register("base") + 8 * c.FUNCTION)


def own_value(vm: LuaVM, function: int, number: int) -> int:
    """One of the values that belong to a function of the driver."""
    return cell(address_in(function) + vm.objects.native_values + 8 * number)


def own_count(function: int) -> int:
    """How many values belong to a function of the driver."""
    return cell(address_in(function)) >> 32 & 0xFFFFFFFF
