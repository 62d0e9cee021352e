"""What functions of the driver need to call values of the guest, and to find what belongs to themselves."""

from __future__ import annotations

from cupola.language.values import NIL, TABLE, address_in, cell, tag_of
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library.arguments import is_a_function

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


MOST_CHAINED = 2000  # __index of the __index of ...
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


def index(vm: LuaVM, table: int, name: bytes) -> int:
    """A field of a table, with metamethods."""
    found, object = NIL, table
    for _ in range(MOST_CHAINED):
        if tag_of(object) == TABLE:
            found = vm.objects.get(object, name)
        handler = NIL if found != NIL else metafield(vm, object, b"__index")
        if handler == NIL and tag_of(object) == TABLE:
            return found
        if handler == NIL:
            raise Problem(b"attempt to index a %s value" % vm.objects.type_name(object), 0)
        if is_a_function(handler):
            results = call_value(vm, handler, [object, vm.objects.string(name)])
            return results[0] if results else NIL
        object = handler
    raise Problem(b"'__index' chain too long; possible loop")


def set_index(vm: LuaVM, table: int, name: bytes, value: int) -> None:
    """Set a field of a table, with metamethods."""
    object = table
    for _ in range(MOST_CHAINED):
        is_there = tag_of(object) == TABLE and vm.objects.get(object, name) != NIL
        handler = NIL if is_there else metafield(vm, object, b"__newindex")
        if handler == NIL and tag_of(object) != TABLE:
            raise Problem(b"attempt to index a %s value" % vm.objects.type_name(object), 0)
        if handler == NIL:
            vm.objects.set(object, name, value)
            return
        if is_a_function(handler):
            call_value(vm, handler, [object, vm.objects.string(name), value])
            return
        object = handler
    raise Problem(b"'__newindex' chain too long; possible loop")


def running_function(vm: LuaVM) -> int:
    """The function of the driver that is being called, before it calls the guest itself."""
    return cell(vm.register("base") + 8 * c.FUNCTION)


def own_value(vm: LuaVM, function: int, number: int) -> int:
    """One of the values that belong to a function of the driver."""
    return cell(address_in(function) + vm.objects.native_values + 8 * number)


def own_count(function: int) -> int:
    """How many values belong to a function of the driver."""
    return cell(address_in(function)) >> 32 & 0xFFFFFFFF
