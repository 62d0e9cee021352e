"""Python's side of the edge between Python and Lua: what native code knows of a runtime (`python_edge`)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from cupola.language import python_api
from cupola.language.values import cell, set_cell
from cupola.languages.lua.constants import NATIVE_SLOT
from cupola.languages.lua.embedding.objects import LuaFunction, LuaObject, LuaTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cupola.languages.lua.embedding.runtime import Runtime
    from cupola.tiers.engine import Engine

METHODS = (  # that native code takes the place of
    (LuaFunction, "__call__", "python_call"),
    (LuaTable, "__getitem__", "python_get"),
    (LuaTable, "__setitem__", "python_set"),
)
GET, SET = LuaTable.__getitem__, LuaTable.__setitem__  # as Python has them
ALL = (1 << 63) - 1  # steps without a limit
_installed: list[Engine] = []


def is_possible() -> bool:
    """Whether native code may look at Python's objects, and finds the slot `native` of ours."""
    if not python_api.is_available():
        return False
    probe, mark = LuaObject.__new__(LuaObject), b"mark"
    probe.native = mark
    return ctypes.c_size_t.from_address(id(probe) + NATIVE_SLOT).value == id(mark)


class Edge:
    """The edge of one runtime; `address` is that of the struct, 0 where there is none."""

    def __init__(self, runtime: Runtime) -> None:
        vm = runtime.vm
        self.address = 0
        self.vm = vm
        self.exception: BaseException | None = None
        if not is_possible():
            return
        engine = vm.engine
        self._fields = engine.structs["Edge"]
        self._memory = (ctypes.c_int64 * (engine.size_of("Edge") // 8))()
        self.address = ctypes.addressof(self._memory)
        self._kept: list[Any] = []
        self._set("vm", vm.address)
        self._set("is_open", 1)
        self._set("steps", ALL if vm.limits.steps is None else vm.limits.steps)
        self._set("enter", ctypes.cast(engine.enter, ctypes.c_void_p).value or 0)  # type: ignore[arg-type]  # functions of ctypes may be cast
        for name, kind in (("function", LuaFunction), ("table", LuaTable), ("object", LuaObject)):
            self._set(f"{name}_class", id(kind))
        self._lead("call", lambda function, arguments: runtime.call(function.value, arguments))
        self._lead("get", GET)
        self._lead("set", SET)
        self._lead("go_on", runtime.finished)
        self._lead("to_python", runtime.to_python)
        self._lead("to_lua", runtime.returned)
        self._lead("failed", self.fail)
        self._lead("flush", runtime.flush)
        api, _, _ = self._fields["api"]
        names = engine.structs["PythonApi"]
        is_text = runtime.encoding == "utf-8"
        for name, value in python_api.addresses(names, is_text=is_text):
            set_cell(self.address + api + names[name][0], value)
        vm.vm.edge = self.address
        vm.enter = engine.entry("enter_serving", "i64", "ptr")
        if not _installed:
            _installed.append(engine)
            for kind, name, entry in METHODS:
                doc = getattr(kind, name).__doc__ or ""
                method = python_api.native_method(kind, name, engine.address(entry), doc)
                setattr(kind, name, method)  # the same, but faster

    def _set(self, name: str, value: int) -> None:
        set_cell(self.address + self._fields[name][0], value)

    def _lead(self, name: str, function: Callable[..., Any]) -> None:
        self._kept.append(function)
        self._set(name, id(function))

    @property
    def began(self) -> int:
        """How many steps were granted before the run that native code has begun."""
        return cell(self.address + self._fields["began"][0])

    def serves(self, service: int) -> None:
        """All functions of Python are the driver's function with this number."""
        if self.address:
            self._set("service", service)

    def fail(self, exception: BaseException) -> None:
        """A function of Python that native code has called has raised this."""
        self.exception = exception

    def close(self) -> None:
        """The runtime is closed: native code leaves its memory alone."""
        if self.address:
            self._set("is_open", 0)
            self._set("vm", 0)
