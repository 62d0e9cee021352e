"""Python values as values of the guest, and back. What has no conversion is refused, never guessed."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from cupola.language.values import (
    FALSE,
    FUNCTION,
    NIL,
    STRING,
    TABLE,
    TRUE,
    bytes_of,
    from_double,
    from_small,
    is_double,
)
from cupola.languages.lua.embedding.objects import LuaFunction, LuaObject, LuaTable

if TYPE_CHECKING:
    from cupola.languages.lua.embedding.runtime import Runtime

SMALL = 1 << 47
PLAIN_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.BuiltinMethodType)


class Opaque:
    """A Python object that the guest holds, and cannot look into."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing


def to_lua(runtime: Runtime, thing: Any) -> int:
    """A value of the guest. Raises TypeError, OverflowError, ValueError."""
    kind = thing.__class__
    objects = runtime.vm.objects
    if kind is int:
        if -SMALL <= thing < SMALL:
            return from_small(thing)
        if not -(1 << 63) <= thing < 1 << 63:
            raise OverflowError(f"integers of Lua have 64 bits, found {thing}")
        return objects.integer(thing)
    if kind is float:
        return from_double(thing)
    if kind is str:
        return objects.string(runtime.encoded(thing))
    if kind is bytes:
        return objects.string(thing)
    if thing is None:
        return NIL
    if kind is bool:
        return TRUE if thing else FALSE
    if isinstance(thing, LuaObject):
        if thing.runtime is not runtime:
            raise ValueError(f"{thing!r} belongs to another runtime")
        return thing.value
    if isinstance(thing, PLAIN_FUNCTIONS):
        return runtime.function(thing).value
    raise TypeError(
        f"expected None, a bool, a number, a string, bytes, a function or an object of Lua, found {kind.__name__}; "
        "make a table with runtime.table(), pass other objects with runtime.opaque() or runtime.function()"
    )


def to_python(runtime: Runtime, value: int) -> Any:
    """A Python value: None, a bool, a number, a string, an object of Lua, or the object that came from Python."""
    tag = value >> 48
    if tag == TABLE:
        return LuaTable(runtime, value)
    if tag == STRING:
        return runtime.decoded(bytes_of(value))
    if is_double(value):
        return runtime.vm.objects.number(value)
    if value == NIL:
        return None
    if value == TRUE or value == FALSE:
        return value == TRUE
    if runtime.vm.objects.is_integer(value):
        return runtime.vm.objects.number(value)
    if tag == FUNCTION:
        known = runtime.python_function(value)
        return LuaFunction(runtime, value) if known is None else known
    thing = runtime.vm.hosts.get(value)
    return thing.thing if isinstance(thing, Opaque) else LuaObject(runtime, value)
