"""What messages call values and functions: by the code around the place where something happened."""

from __future__ import annotations

from cupola.languages.lua.driver.values import STRING, bytes_of, double, is_double, tag_of

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM

SHORT = 59  # bytes of a source's name in a message, at most


def short_source(source: bytes) -> bytes:
    """What messages call a source."""
    from cupola.languages.lua.front.problems import short_source as short

    return short(source)


def called(vm: LuaVM, levels: Sequence[Level]) -> tuple[bytes, bool]:
    """The name of the native function on top of some levels, and whether it was called as a method."""
    return vm.objects.native_name_of(levels[0].function), False


def indexed(vm: LuaVM, level: Level, object: int, key: int) -> bytes:
    """The name of a value that was indexed, in brackets, or nothing."""
    return b""


def of_called(vm: LuaVM, level: Level) -> bytes:
    """The same for a value that was called."""
    return b""


def of_operand(vm: LuaVM, level: Level, value: int) -> bytes:
    """The same for an operand."""
    return b""


def of_local(level: Level, register: int) -> bytes:
    """The name of the local variable in a register."""
    if level.loaded is not None:
        at = level.loaded.instruction_at(level.pc)
        for local in reversed(level.loaded.code.locals):
            if local.register == register and local.first <= at + 1 <= local.last:
                return local.name
    return b"?"


def of_function(vm: LuaVM, level: Level, outer: Level | None) -> bytes:
    """What a traceback calls a function."""
    if level.loaded is None:
        return b"function '" + vm.objects.native_name_of(level.function) + b"'"
    code = level.loaded.code
    if code.line_defined == 0:
        return b"main chunk"
    return b"function <" + short_source(code.source) + b":%d>" % code.line_defined


def converts(vm: LuaVM, value: int) -> bool:
    """Whether a value is a number, or a string that is one."""
    if vm.objects.is_number(value):
        return True
    if tag_of(value) != STRING:
        return False
    from cupola.languages.lua.driver.world import to_number

    return to_number(bytes_of(value)) is not None


def is_whole(vm: LuaVM, value: int) -> bool:
    """Whether a number is an integer, or a float that is one."""
    return not is_double(value) or double(value).is_integer()
