"""What a fresh system knows: libraries, made of native functions and of what Python does."""

from __future__ import annotations

import os

from cupola.language.values import (
    FALSE,
    NIL,
    STRING,
    TRUE,
    address_in,
    bytes_of,
    tag_of,
)
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver import dumps, library
from cupola.languages.lua.driver.errors import Problem, Thrown
from cupola.languages.lua.root_numbers import (
    BUSY_MESSAGE,
    DEAD_MESSAGE,
    HANDLERS_MESSAGE,
    IPAIRS_FUNCTION,
    LOST_FUNCTION,
    METATABLES,
    NESTED_MESSAGE,
    NEXT_FUNCTION,
    NIL_PLACE,
    STRING_TYPE,
    SYSTEM,
)

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM, Service

EXPORTED = "native "  # what the names of native functions among the image's exports begin with
PRELUDE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "library", "prelude.lua")


def make(vm: LuaVM, libraries: Sequence[str] | None) -> None:
    """Make the global variables of a VM."""
    objects = vm.objects
    objects.set_root(DEAD_MESSAGE, objects.string(b"cannot resume dead coroutine"))
    objects.set_root(BUSY_MESSAGE, objects.string(b"cannot resume non-suspended coroutine"))
    objects.set_root(NIL_PLACE, NIL)
    objects.set_root(NESTED_MESSAGE, objects.string(b"C stack overflow"))
    objects.set_root(HANDLERS_MESSAGE, objects.string(b"error in error handling"))
    objects.set_root(LOST_FUNCTION, objects.native(b"?", c.STUB_NATIVE))
    natives = objects.table(0, 64)
    objects.set(objects.root(SYSTEM), b"_native", natives)
    objects.set(objects.globals, b"_G", objects.globals)
    objects.set(objects.globals, b"_VERSION", objects.string(b"Lua 5.4"))
    for stub, name in (
        (c.STUB_PCALL, "pcall"), (c.STUB_XPCALL, "xpcall"), (c.STUB_RESUME, "coroutine.resume"),
        (c.STUB_YIELD, "coroutine.yield"),
    ):  # fmt: skip
        _put(vm, name, vm.objects.native(name.rpartition(".")[2].encode(), stub))
    for name, service in SERVICES.items():
        add_service(vm, name, service)
    for name, entry in vm.engine.entries():
        if name.startswith(EXPORTED):
            _add_native(vm, name.removeprefix(EXPORTED), entry, natives)
    _link(vm)
    if os.path.exists(PRELUDE):
        vm.call(vm.function_of(dumps.compiled(PRELUDE, b"=[C]")), [natives])
    library.make(vm, natives, libraries)


def _add_native(vm: LuaVM, qualified: str, address: int, natives: int) -> None:
    name, _, count = qualified.partition(":")
    short = name.rpartition(".")[2]
    made = vm.objects.native(short.encode(), vm.native_stub, address, 0, int(count or 0))
    vm.objects.set(natives, name.encode(), made)
    if name.startswith("native."):
        vm.stack.internal.add(made)
    else:
        _put(vm, name, made)


def add_service(vm: LuaVM, name: str, service: Service) -> int:
    """Make a function of the driver's a global function, or one of a library; it, a value."""
    number = len(vm.services)
    vm.services.append(service)
    made = vm.objects.native(name.rpartition(".")[2].encode(), c.STUB_UPCALL, 0, number)
    _put(vm, name, made)
    return made


def _put(vm: LuaVM, name: str, value: int) -> None:
    library, _, short = name.rpartition(".")
    table = vm.objects.globals
    if library:
        table = vm.objects.get(vm.objects.globals, library.encode())
        if table == NIL:
            table = vm.objects.table(0, 32)
            vm.objects.set(vm.objects.globals, library.encode(), table)
    vm.objects.set(table, short.encode(), value)


def _link(vm: LuaVM) -> None:
    """What the machine itself knows of the libraries: the metatable of strings, `next`, what `ipairs` gives."""
    objects = vm.objects
    metatable = objects.table(0, 1)
    objects.set(metatable, b"__index", objects.get(objects.globals, b"string"))
    objects.set_root(METATABLES + STRING_TYPE, metatable)
    objects.set_root(NEXT_FUNCTION, objects.get(objects.globals, b"next"))
    natives = objects.get(objects.root(SYSTEM), b"_native")
    objects.set_root(IPAIRS_FUNCTION, objects.get(natives, b"native.ipairs_next"))


# --- what Python does -----------------------------------------------------------------------------------------------


def plain_text(vm: LuaVM, value: int) -> bytes:
    """A value as `tostring` shows it, without metamethods."""
    if tag_of(value) == STRING:
        return bytes_of(value)
    if value == NIL:
        return b"nil"
    if value in (TRUE, FALSE):
        return b"true" if value == TRUE else b"false"
    if vm.objects.is_number(value):
        number = vm.objects.number(value)
        return number_text(number) if isinstance(number, float) else b"%d" % number
    return vm.objects.plain_type(value) + b": 0x%014x" % address_in(value)


def number_text(number: float) -> bytes:
    """A float as `tostring` shows it."""
    if number != number:
        import math

        return b"-nan" if math.copysign(1.0, number) < 0 else b"nan"
    if number in (float("inf"), float("-inf")):
        return b"inf" if number > 0 else b"-inf"
    text = b"%.14g" % number
    return text if any(each in b".en" for each in text) else text + b".0"


def to_number(text: bytes) -> int | float | None:
    """The number that a text is."""
    from cupola.languages.lua.front.numerals import read_numeral

    text = text.strip(b" \t\n\v\f\r")
    negative = text.startswith(b"-")
    if negative or text.startswith(b"+"):
        text = text[1:]
        if text[:1] in (b"-", b"+"):
            return None
    found = read_numeral(text)
    if found is None or not negative:
        return found
    return -found if isinstance(found, float) or found != -(1 << 63) else found


def show(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """print"""
    vm.output.write(b"\t".join(plain_text(vm, each) for each in arguments) + b"\n")
    return ()


def load(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """load, of a string"""
    from cupola.languages.lua.front import SyntaxProblem

    text = bytes_of(arguments[0])
    name = bytes_of(arguments[1]) if len(arguments) > 1 and tag_of(arguments[1]) == STRING else text
    environment = arguments[3] if len(arguments) > 3 else None
    try:
        return (vm.load(text, name, environment),)
    except SyntaxProblem as problem:
        return NIL, vm.objects.string(problem.message)


def throw(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """error"""
    value = arguments[0] if arguments else NIL
    level = int(vm.objects.number(arguments[1])) if len(arguments) > 1 and arguments[1] != NIL else 1
    if tag_of(value) == STRING and level > 0:
        raise Problem(bytes_of(value), level)
    raise Thrown(value)


def text_of(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """tostring"""
    return (vm.objects.string(plain_text(vm, arguments[0])),)


def set_metatable(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """setmetatable"""
    vm.objects.set_metatable(arguments[0], arguments[1])
    return arguments[:1]


SERVICES: dict[str, Service] = {
    "print": show, "load": load, "error": throw,
    "tostring": text_of, "setmetatable": set_metatable,
}  # fmt: skip
