"""What natives do besides computing: leave the rest to the prelude, ask for room or time."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, slow, u8, unlikely
from cupola.languages.lua.library.failures import NOT_ATTACHED
from cupola.languages.lua.machine import TAIL_CALL, VM, fail
from cupola.runtime.objects import NATIVE_VALUES
from cupola.runtime.values import FUNCTION, object_of, tag_of


@inline
def values_of(native: i64) -> Ptr[i64]:
    """The values of a native function's object."""
    return cast(Ptr[i64], cast(Ptr[u8], object_of(native)) + NATIVE_VALUES)


@slow
def call_attached(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Call the first value of this native function instead of it, with the same arguments."""
    attached = values_of(args[-3])[0]
    if unlikely(tag_of(attached) != FUNCTION):
        return fail(vm, NOT_ATTACHED, 0, 0, 0)
    args[-3] = attached
    vm.wanted = count
    return TAIL_CALL


@inline
def has_room(vm: Ptr[VM], args: Ptr[i64], results: i64) -> bool:
    """Whether there is room for that many results. If not, GROW is to be returned."""
    vm.wanted = results
    return args + results <= vm.stack_end


@inline
def charge(vm: Ptr[VM], steps: i64) -> bool:
    """Count steps of a long loop, before it runs; False if AGAIN is to be returned."""
    left = vm.library.allowance - steps
    if unlikely(left < 0):
        return False
    vm.library.allowance = left
    return True
