"""What messages call values and functions: by the code around the place where something happened."""

from __future__ import annotations

from cupola.languages.lua.driver.values import STRING, TABLE, bytes_of, cell, double, is_double, tag_of

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.languages.lua.front.code import FunctionCode, Instruction

PRELUDE = b"=[C]"  # the source of what the libraries have of functions of the guest
LIBRARIES = (b"", b"string", b"table", b"math", b"coroutine", b"io", b"os", b"utf8", b"debug", b"package")
SHORT = 59  # bytes of a source's name in a message, at most


def short_source(source: bytes) -> bytes:
    """What messages call a source."""
    from cupola.languages.lua.front.problems import short_source as short

    return short(source)


def called(vm: LuaVM, levels: Sequence[Level]) -> tuple[bytes, bool]:
    """The name of the native function on top of some levels, and whether it was called as a method.

    That is what its caller calls it, if that is a function of the guest, or else where the libraries have it.
    """
    from cupola.languages.lua.front import naming

    function = levels[0].function
    found = instruction_of(levels[1]) if len(levels) > 1 else None
    if found is not None and found[0].source != PRELUDE:
        name = naming.of_callee(found[0], found[1])
        if name is not None:
            return name.text, name.kind == "method"
    elif found is not None:
        return vm.objects.native_name_of(function), False
    return in_libraries(vm, function), False


def in_libraries(vm: LuaVM, function: int) -> bytes:
    """The name of a function of the libraries, with that of its library."""
    objects = vm.objects
    short = objects.native_name_of(function)
    for library in LIBRARIES:
        table = objects.get(objects.globals, library) if library else objects.globals
        if tag_of(table) == TABLE and objects.get(table, short) == function:
            return library + b"." + short if library else short
    return short


def instruction_of(level: Level) -> tuple[FunctionCode, int, Instruction] | None:
    """The code of a guest function, the number of the instruction that it is at, and that; None for a native one,
    and for one of the prelude, which passes for native."""
    if level.loaded is None or level.loaded.code.source == b"=[C]":
        return None
    at = level.loaded.instruction_at(level.pc)
    return level.loaded.code, at, level.loaded.code.instructions[at]


def named(level: Level, register: int, value: int) -> bytes:
    """The name of the value in a register, in brackets; nothing if it has none, or the value is another one."""
    from cupola.languages.lua.front import naming

    found = instruction_of(level)
    if found is None or cell(level.base + 8 * register) != value:
        return b""
    code, at, _ = found
    return naming.in_message(naming.of_register(code, at, register))


def indexed(level: Level, object: int) -> bytes:
    """The name of a value that was indexed, in brackets, or nothing."""
    from cupola.languages.lua.front import naming

    found = instruction_of(level)
    if found is None:
        return b""
    code, _, one = found
    if one.name in ("get_global", "set_global"):
        return naming.in_message(naming.of_upvalue(code, one.b))
    register = one.a if one.name.startswith("set_") else one.b
    return named(level, register, object)


def of_called(level: Level, value: int) -> bytes:
    """The name of a value that was called, in brackets, or nothing."""
    from cupola.languages.lua.front import naming

    found = instruction_of(level)
    if found is None:
        return b""
    one = found[2]
    if one.name == "for_call":
        return naming.in_message(naming.ITERATOR)
    if one.name in naming.CALLS:
        return named(level, one.a, value)
    event = naming.EVENTS.get(one.name)
    return b"" if event is None else naming.in_message(naming.Name("metamethod", event))


def event_of(level: Level) -> bytes:
    """The event of the metamethod that an operation has."""
    found = instruction_of(level)
    return b"" if found is None else found[2].name.removesuffix("_k").encode()


def of_operand(level: Level, value: int, other: int, is_second: bool) -> bytes:
    """The name of an operand, in brackets, or nothing."""
    found = instruction_of(level)
    if found is None:
        return b""
    _, _, one = found
    if one.name == "concat":
        for register in range(one.b, one.b + one.c):
            name = named(level, register, value)
            if name:
                return name
        return b""
    if one.name.endswith("_k"):
        return b"" if is_second else named(level, one.b, value)
    return named(level, one.c if is_second and value != other else one.b, value)


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
    """Whether a number is an integer, or a float that is one of 64 bits."""
    if not is_double(value):
        return True
    number = double(value)
    return number.is_integer() and -(2.0**63) <= number < 2.0**63
