"""Reading the arguments of functions of the driver, with the language's conversions. Places count from 0."""

from __future__ import annotations

from itertools import islice

from cupola.language.values import (
    FALSE,
    FUNCTION,
    NIL,
    STRING,
    TABLE,
    bytes_of,
    is_double,
    tag_of,
)
from cupola.languages.lua.driver import names
from cupola.languages.lua.driver.errors import Problem
from cupola.runtime.tags import LIGHT

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

LEAST, MOST = -(1 << 63), (1 << 63) - 1


def bad(vm: LuaVM, place: int, text: bytes) -> Problem:
    """What to raise for an argument that is wrong."""
    here = list(islice(vm.stack.levels(vm.register("base"), vm.register("pc")), 3))
    function, is_method = names.called(vm, here)
    number = place + 1 - is_method
    if number == 0:
        return Problem(b"calling '%s' on bad self (%s)" % (function, text))
    return Problem(b"bad argument #%d to '%s' (%s)" % (number, function, text))


def wrong_type(vm: LuaVM, arguments: Sequence[int], place: int, expected: bytes) -> Problem:
    """What to raise for an argument of another type."""
    if place >= len(arguments):
        got = b"no value"
    elif tag_of(arguments[place]) == LIGHT:
        got = b"light userdata"
    else:
        got = vm.objects.type_name(arguments[place])
    return bad(vm, place, b"%s expected, got %s" % (expected, got))


def given(arguments: Sequence[int], place: int) -> bool:
    """Whether an argument is there and not nil."""
    return place < len(arguments) and arguments[place] != NIL


def value(vm: LuaVM, arguments: Sequence[int], place: int) -> int:
    """An argument of any type, which must be there."""
    if place >= len(arguments):
        raise bad(vm, place, b"value expected")
    return arguments[place]


def value_or_nil(arguments: Sequence[int], place: int) -> int:
    """An argument of any type; NIL if there is none."""
    return arguments[place] if place < len(arguments) else NIL


def truth(arguments: Sequence[int], place: int) -> bool:
    """Whether an argument is there, and neither nil nor false."""
    return place < len(arguments) and arguments[place] not in (NIL, FALSE)


def text(vm: LuaVM, arguments: Sequence[int], place: int) -> bytes:
    """An argument that is a string; a number is made one."""
    if place < len(arguments):
        found = arguments[place]
        if tag_of(found) == STRING:
            return bytes_of(found)
        if vm.objects.is_number(found):
            from cupola.languages.lua.driver.world import plain_text

            return plain_text(vm, found)
    raise wrong_type(vm, arguments, place, b"string")


def name(vm: LuaVM, arguments: Sequence[int], place: int) -> bytes:
    """A string as functions of C read it: up to its first zero."""
    return text(vm, arguments, place).partition(b"\0")[0]


def optional_name(vm: LuaVM, arguments: Sequence[int], place: int, default: bytes) -> bytes:
    """The same, with what counts if it is missing or nil."""
    return name(vm, arguments, place) if given(arguments, place) else default


def optional_text(vm: LuaVM, arguments: Sequence[int], place: int, default: bytes) -> bytes:
    """The same, with what counts if it is missing or nil."""
    return text(vm, arguments, place) if given(arguments, place) else default


def number(vm: LuaVM, arguments: Sequence[int], place: int) -> int | float:
    """An argument that is a number, or a string that is one."""
    if place < len(arguments):
        found = arguments[place]
        if vm.objects.is_number(found):
            return vm.objects.number(found)
        if tag_of(found) == STRING:
            from cupola.languages.lua.driver.world import to_number

            read = to_number(bytes_of(found))
            if read is not None:
                return read
    raise wrong_type(vm, arguments, place, b"number")


def whole(vm: LuaVM, arguments: Sequence[int], place: int) -> int:
    """An argument that is an integer, or can be one."""
    found = number(vm, arguments, place)
    if isinstance(found, float):
        if not found.is_integer() or not LEAST <= found <= MOST:
            raise bad(vm, place, b"number has no integer representation")
        return int(found)
    return found


def optional_whole(vm: LuaVM, arguments: Sequence[int], place: int, default: int) -> int:
    """The same, with what counts if it is missing or nil."""
    return whole(vm, arguments, place) if given(arguments, place) else default


def table(vm: LuaVM, arguments: Sequence[int], place: int) -> int:
    """An argument that is a table."""
    if place >= len(arguments) or tag_of(arguments[place]) != TABLE:
        raise wrong_type(vm, arguments, place, b"table")
    return arguments[place]


def function(vm: LuaVM, arguments: Sequence[int], place: int) -> int:
    """An argument that is a function."""
    if not is_function(arguments, place):
        raise wrong_type(vm, arguments, place, b"function")
    return arguments[place]


def is_function(arguments: Sequence[int], place: int) -> bool:
    """Whether an argument is a function."""
    return place < len(arguments) and is_a_function(arguments[place])


def is_a_function(found: int) -> bool:
    """Whether a value is a function."""
    return not is_double(found) and tag_of(found) == FUNCTION


def option(
    vm: LuaVM, arguments: Sequence[int], place: int, names: Sequence[bytes], default: bytes | None
) -> bytes:
    """An argument that is one of some strings; without a default, it must be there."""
    if default is None:
        found = name(vm, arguments, place)
    else:
        found = optional_name(vm, arguments, place, default)
    if found not in names:
        raise bad(vm, place, b"invalid option '%s'" % found)
    return found
