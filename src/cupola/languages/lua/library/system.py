"""What of `os` and `package` is asked for often: the time, modules that are loaded. The rest is Python's."""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, cast, f64, i64, kernel
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.numbers import give, give_real, give_whole
from cupola.languages.lua.library.tails import call_attached, values_of
from cupola.languages.lua.machine import VM
from cupola.runtime.objects import Table
from cupola.runtime.tables import table_get
from cupola.runtime.values import NIL, STRING, TABLE, is_false, object_of, tag_of

CLOCKS = 1e6  # a second, by POSIX

processor_clock = c_function("clock", [], i64)
wall_time = c_function("time", [i64], i64)


@native("os", "clock")
@kernel
def clock(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The seconds of CPU time that the process has used."""
    return give_real(args, f64(processor_clock()) / CLOCKS)


@native("os", "time", values=1)
@kernel
def time(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Now, in seconds since 1970; Python knows the time of a date."""
    now = count == 0
    if not now:
        now = args[0] == NIL
    if now:
        return give_whole(vm, args, wall_time(0))
    return call_attached(vm, args, count)


@native("", "require", values=2)
@kernel
def require(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The value of a module that is loaded: those are in the second value of this function. Python loads others."""
    loaded = values_of(args[-3])[1]
    if count > 0 and tag_of(loaded) == TABLE:
        if tag_of(args[0]) == STRING:
            found = table_get(vm.heap, cast(Ptr[Table], object_of(loaded)), args[0])
            if not is_false(found):
                return give(args, found)
    return call_attached(vm, args, count)
