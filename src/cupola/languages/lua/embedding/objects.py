"""Tables and functions of the guest as Python objects.

Where native code may look at Python's objects, some methods are replaced by native ones (see `edge`).
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from struct import Struct
from typing import TYPE_CHECKING, Any

from cupola.language.values import NIL

if TYPE_CHECKING:
    from cupola.languages.lua.embedding.runtime import Runtime


HOLDER = Struct("<qq")


class LuaObject:
    """An object of a runtime, which it keeps alive. Two are equal if they are the same object there."""

    __slots__ = ("__weakref__", "native", "number", "runtime", "value")

    def __init__(self, runtime: Runtime, value: int) -> None:
        self.native = HOLDER.pack(runtime.edge.address, value)  # see `python_edge`
        self.runtime = runtime
        self.value = value
        self.number = runtime.handles.keep(value)

    def __del__(self) -> None:
        number = getattr(self, "number", None)  # it is missing where `__init__` has failed
        if number is not None:
            self.runtime.handles.drop(number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LuaObject) and self.runtime is other.runtime and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"<Lua {self.runtime.vm.objects.plain_type(self.value).decode()} at {self.value & (1 << 48) - 1:#x}>"


class LuaFunction(LuaObject):
    """A function: called with Python values, it returns None, one value, or a tuple of them."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Any:
        """Raises LuaError, LimitReached, Interrupted, and whatever a Python function raised that Lua called."""
        return self.runtime.call(self.value, arguments)


class LuaTable(LuaObject, MutableMapping[Any, Any]):
    """A table as a mapping. Metamethods count, as in Lua; what is nil is not there: reading it raises KeyError.

    `len` is Lua's `#`; iterating goes over the keys that were there at its beginning. It is always true.
    """

    __slots__ = ()
    __hash__ = LuaObject.__hash__
    __eq__ = LuaObject.__eq__
    __repr__ = LuaObject.__repr__

    def __getitem__(self, key: Any) -> Any:
        found = self.runtime.index(self.value, key)
        if found == NIL:
            raise KeyError(key)
        return self.runtime.to_python(found)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.runtime.set_index(self.value, key, value)

    def __delitem__(self, key: Any) -> None:
        if self.runtime.index(self.value, key) == NIL:
            raise KeyError(key)
        self.runtime.set_index(self.value, key, None)

    def __len__(self) -> int:
        return self.runtime.length(self.value)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        vm = self.runtime.vm
        return iter(
            [self.runtime.to_python(key) for key, value in list(vm.objects.items(self.value)) if value != NIL]
        )

    def array(self) -> list[Any]:
        """The values of the keys 1 to `len`."""
        return [self.get(place) for place in range(1, len(self) + 1)]
