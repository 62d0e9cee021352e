"""Calls of Lua functions that end soon: one step into native code, without looking at the clock."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from cupola.language.values import INTEGER
from cupola.languages.lua.constants import PRINTED, QUICK_HEAD, QUICK_VALUES
from cupola.languages.lua.embedding.conversion import to_lua, to_python

if TYPE_CHECKING:
    from cupola.languages.lua.embedding.runtime import Runtime

# Small integers as values: negative ones are themselves, others lie WHOLE lower, as INTEGER is -1.
WHOLE, LEAST, MOST = 1 << 48, -(1 << 47), (1 << 47) - 1
assert INTEGER == -1
FUNCTION, COUNT = 2, 3  # where they stand in a request


class Quick:
    """Calls from outside of all runs, for runtimes without limits of steps and output.

    The limit of time is looked at when the function has used up its first steps (`QUICK_STEPS`): what ends before has
    taken some microseconds, for which other Python threads wait.
    """

    __slots__ = ("array", "enter", "request", "runtime", "vm")

    def __init__(self, runtime: Runtime) -> None:
        vm = runtime.vm
        self.runtime = runtime
        self.vm = vm
        self.array = (ctypes.c_int64 * (QUICK_HEAD + QUICK_VALUES))()
        self.request = memoryview(self.array).cast("B").cast("q")
        self.request[0] = vm.address
        self.request[1] = ctypes.cast(vm.engine.enter, ctypes.c_void_p).value or 0  # type: ignore[arg-type]  # functions of ctypes may be cast
        prototype = ctypes.PYFUNCTYPE(
            ctypes.c_int64, ctypes.POINTER(ctypes.c_int64 * (QUICK_HEAD + QUICK_VALUES))
        )
        self.enter = prototype(vm.engine.address("quick_call"))

    def call(self, function: int, arguments: tuple[Any, ...]) -> Any:
        """Call a function with Python values; as `LuaFunction` does."""
        request = self.request
        place = QUICK_HEAD
        for each in arguments:
            kind = each.__class__
            if kind is int and LEAST <= each <= MOST:
                request[place] = each if each < 0 else each - WHOLE
            else:
                if (kind is str or kind is bytes) and self.vm.wants_collection:
                    return self.runtime.call(function, arguments)  # which collects
                request[place] = to_lua(self.runtime, each)
            place += 1
        request[FUNCTION] = function
        request[COUNT] = place - QUICK_HEAD
        self.vm.interrupt_wanted = False
        count = self.enter(self.array)
        if count == 1:
            found = request[QUICK_HEAD]
            if -WHOLE <= found < 0:
                return found if found >= LEAST else found + WHOLE
            return to_python(self.runtime, found)
        if count == 0:
            return None
        if count < 0:
            return self.runtime.finished(-1 - count)
        if count >= PRINTED:
            self.vm.flush()
            count -= PRINTED
        return self.runtime.given([request[QUICK_HEAD + at] for at in range(count)])
