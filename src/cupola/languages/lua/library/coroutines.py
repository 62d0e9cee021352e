"""The library `coroutine`, but for resume, yield and the functions of wrap, which are stubs of the machine."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, kernel, null, table, u8, u16, u32
from cupola.languages.lua.constants import STUB_WRAP
from cupola.languages.lua.failures import NOT_CLOSED
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import argument, wrong_type
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.tails import call_attached
from cupola.languages.lua.machine import NO_MEMORY, VM, fail
from cupola.languages.lua.semantics.upvalues import close_upvalues
from cupola.runtime.coroutines import coroutine_in, is_coroutine, new_coroutine
from cupola.runtime.heap.heap import allocate
from cupola.runtime.objects import (
    DEAD,
    NATIVE,
    NATIVE_VALUES,
    NORMAL,
    RUNNING,
    SUSPENDED,
    Coroutine,
    Native,
    String,
    Upvalue,
)
from cupola.runtime.strings import make_string
from cupola.runtime.values import (
    FALSE,
    FUNCTION,
    NIL,
    OTHER,
    STRING,
    TRUE,
    reference,
    tag_of,
    truth,
)

NAMES = b"suspendedrunning  normal   dead     "
NAME_BYTES = 9


@native("coroutine", "create")
@kernel
def create(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A suspended coroutine that will run a function."""
    function = argument(args, count, 0)
    if tag_of(function) != FUNCTION:
        return wrong_type(vm, args, count, 0, failures.FUNCTION)
    made = new_coroutine(vm.heap, function)
    if made == null(Ptr[Coroutine]):
        return NO_MEMORY
    args[-3] = reference(OTHER, address(made))
    return 1


@native("coroutine", "wrap")
@kernel
def wrap(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A function that resumes a new coroutine."""
    function = argument(args, count, 0)
    if tag_of(function) != FUNCTION:
        return wrong_type(vm, args, count, 0, failures.FUNCTION)
    coroutine = new_coroutine(vm.heap, function)
    if coroutine == null(Ptr[Coroutine]):
        return NO_MEMORY
    made = cast(Ptr[Native], allocate(vm.heap, NATIVE, NATIVE_VALUES + 8))
    if made == null(Ptr[Native]):
        return NO_MEMORY
    made.header.extra = u32(1)
    made.code = vm.stubs[STUB_WRAP]
    made.name = NIL
    cast(Ptr[i64], cast(Ptr[u8], made) + NATIVE_VALUES)[0] = reference(OTHER, address(coroutine))
    args[-3] = reference(FUNCTION, address(made))
    return 1


@native("coroutine", "status")
@kernel
def status(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What a coroutine is doing, as a string."""
    value = argument(args, count, 0)
    if not is_coroutine(value):
        return wrong_type(vm, args, count, 0, failures.COROUTINE)
    number = i64(coroutine_in(value).header.flags)
    length: i64 = 9
    if number == RUNNING:
        length = 7
    elif number == NORMAL:
        length = 6
    elif number == DEAD:
        length = 4
    made = make_string(vm.heap, table(u8, NAMES) + number * NAME_BYTES, length)
    if made == null(Ptr[String]):
        return NO_MEMORY
    args[-3] = reference(STRING, address(made))
    return 1


@native("coroutine", "running")
@kernel
def running(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The coroutine that runs, and whether it is the main one."""
    current = vm.heap.current
    args[-3] = reference(OTHER, address(current))
    args[-2] = truth(current.resumer == null(Ptr[Coroutine]))
    return 2


@native("coroutine", "isyieldable")
@kernel
def is_yieldable(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Whether the running coroutine, or another one, can yield."""
    coroutine = vm.heap.current
    if count > 0:
        if not is_coroutine(args[0]):
            return wrong_type(vm, args, count, 0, failures.COROUTINE)
        coroutine = coroutine_in(args[0])
    yields = coroutine.resumer != null(Ptr[Coroutine]) and coroutine.header.extra == vm.level
    if i64(coroutine.header.flags) == SUSPENDED:
        yields = True
    args[-3] = truth(yields)
    return 1


@native("coroutine", "close", values=1)
@kernel
def close(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Close a coroutine: true; or false and the error by which it died. The driver calls metamethods first."""
    value = argument(args, count, 0)
    if not is_coroutine(value):
        return wrong_type(vm, args, count, 0, failures.COROUTINE)
    coroutine = coroutine_in(value)
    number = i64(coroutine.header.flags)
    if number != SUSPENDED and number != DEAD:
        return fail(vm, NOT_CLOSED, value, number, 0)
    if coroutine.to_close != null(Ptr[Upvalue]):
        return call_attached(vm, args, count)
    close_upvalues(vm.heap, coroutine, coroutine.stack)
    coroutine.header.flags = u16(DEAD)
    if coroutine.pc != null(Ptr[u8]):
        coroutine.pc = null(Ptr[u8])
        args[-3] = FALSE
        args[-2] = coroutine.top[-1]
        return 2
    args[-3] = TRUE
    return 1


assert (SUSPENDED, RUNNING, NORMAL, DEAD) == (0, 1, 2, 3)  # as NAMES has them
