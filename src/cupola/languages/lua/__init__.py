"""Lua 5.4: its front end, its instructions, its libraries, its driver; and what a Python program needs that runs Lua.

    from cupola.languages import lua

    with lua.Runtime(limits=lua.Limits(time=1.0)) as runtime:
        add = runtime.eval("function(a, b) return a + b end")
        assert add(1, 2) == 3

The names are imported when one is first used: running a program passes here, too, and needs none of them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.limits import Interrupted, LimitReached
    from cupola.languages.lua.driver.errors import Exit, LuaError
    from cupola.languages.lua.embedding.limits import Limits
    from cupola.languages.lua.embedding.objects import LuaFunction, LuaObject, LuaTable
    from cupola.languages.lua.embedding.runtime import Runtime

__all__ = [
    "Exit", "Interrupted", "LimitReached", "Limits", "LuaError", "LuaFunction", "LuaObject", "LuaTable", "Runtime",
]  # fmt: skip

_MODULES = {
    "cupola.language.limits": ("Interrupted", "LimitReached"),
    "cupola.languages.lua.driver.errors": ("Exit", "LuaError"),
    "cupola.languages.lua.embedding.limits": ("Limits",),
    "cupola.languages.lua.embedding.objects": ("LuaFunction", "LuaObject", "LuaTable"),
    "cupola.languages.lua.embedding.runtime": ("Runtime",),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            import importlib

            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
