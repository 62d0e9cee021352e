"""What messages call values and functions: by the code around the place where something happened."""

from __future__ import annotations

from cupola.language.values import (
    FUNCTION,
    bytes_of,
    cell,
    double,
    is_double,
    tag_of,
)
from cupola.languages.lua.constants import (
    STUB_AFTER_CLOSE,
    STUB_AFTER_CLOSE_OPEN,
    STUB_AFTER_CONCAT,
    STUB_AFTER_NOTHING,
    STUB_AFTER_STORE,
    STUB_AFTER_TEST,
)
from cupola.languages.lua.driver.functions import PRELUDE
from cupola.languages.lua.root_numbers import SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.languages.lua.front.code import FunctionCode, Instruction
    from cupola.languages.lua.front.naming import Name

# What a function returns to where the instruction that called it tells its name.
NAMED_STUBS = (
    None,
    STUB_AFTER_STORE,
    STUB_AFTER_TEST,
    STUB_AFTER_NOTHING,
    STUB_AFTER_CONCAT,
    STUB_AFTER_CLOSE,
    STUB_AFTER_CLOSE_OPEN,
)


def short_source(source: bytes) -> bytes:
    """What messages call a source."""
    from cupola.languages.lua.front.problems import short_source as short

    return short(source)


def called(vm: LuaVM, levels: Sequence[Level]) -> tuple[bytes, bool]:
    """What messages call the native function on top of some levels, and whether it was called as a method."""
    name = of_call(levels[1]) if len(levels) > 1 and levels[0].stub is None else None
    if name is not None:
        return name.text, name.kind == "method"
    return of_library(vm, levels[0].function) or b"?", False


def of_call(outer: Level) -> Name | None:
    """What the function that a guest function has called is called there."""
    from cupola.languages.lua.front import naming

    found = instruction_of(outer)
    if found is None or is_library(outer):
        return None
    return naming.of_callee(found[0], found[1])


def is_library(level: Level) -> bool:
    """Whether a function counts as native: it is one, or is the prelude's."""
    return level.loaded is None or level.loaded.code.source == PRELUDE


def of_library(vm: LuaVM, function: int) -> bytes | None:
    """The name of a function that a library has, as `string.rep`; None for any other."""
    found = vm.entry_find_function(vm.address, vm.objects.globals, function)
    if found:
        scratch = vm.address + vm.offsets["scratch"][0]
        name = bytes_of(cell(scratch))
        return name if found == 1 else bytes_of(cell(scratch + 16)) + b"." + name
    return attached_names(vm).get(function)


def attached_names(vm: LuaVM) -> dict[int, bytes]:
    """The functions of the prelude that stand in for native ones, with the names of these."""
    if vm.attached_names is not None:
        return vm.attached_names
    objects = vm.objects
    found = vm.attached_names = {}
    for name, native in objects.items(objects.get(objects.root(SYSTEM), b"_native")):
        if bytes_of(name).startswith(b"native.file_"):
            continue  # methods of files: lua5.4 finds no names for them either
        for value in objects.native_values_of(native):
            if tag_of(value) == FUNCTION:
                found[value] = bytes_of(name).removeprefix(b"native.")
    return found


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

    found = None if is_library(level) else instruction_of(level)
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
        return named(level, one.b, value) if is_second == bool(one.c) else b""
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
    """What a traceback calls a function; `outer` is who called it."""
    if vm.hooks is not None and vm.hooks.called_at(level.base):
        return b"hook '?'"
    known = of_library(vm, level.function)
    if known is not None:
        return b"function '" + known + b"'"
    if level.loaded is not None and level.loaded.code.line_defined == 0:
        return b"main chunk"
    is_named = outer is not None and level.stub in NAMED_STUBS and not level.is_tail
    name = of_call(outer) if outer is not None and is_named else None
    if name is not None:
        return name.kind.encode() + b" '" + name.text + b"'"
    if is_library(level):
        return b"?"
    assert level.loaded is not None
    code = level.loaded.code
    return b"function <" + short_source(code.source) + b":%d>" % code.line_defined


def is_whole(vm: LuaVM, value: int) -> bool:
    """Whether a number is an integer, or a float that is one of 64 bits."""
    if not is_double(value):
        return True
    number = double(value)
    return number.is_integer() and -(2.0**63) <= number < 2.0**63
