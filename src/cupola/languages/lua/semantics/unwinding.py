"""Errors: finding who catches, handlers, closing what is left, and going on there.

The driver calls `throw` with the registers saved where something failed, and `vm.error` set. It either sets the
registers so that the guest goes on, or says that nothing in this run catches the error, or that the driver is to make
another one of it, where a function of `coroutine.wrap` was called, and to throw that.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, inline, kernel, null, pointer, u8
from cupola.language.frames import code_of, down, frame_size, link_at
from cupola.languages.lua.constants import (
    CALLER,
    FRAME_CELLS,
    FUNCTION,
    LINK,
    ROOM,
    STUB_AFTER_HANDLER,
    STUB_AFTER_PCALL,
    STUB_AFTER_UNWINDING,
    STUB_AFTER_XPCALL,
    STUB_COROUTINE_END,
    STUB_DONE,
    STUB_RESUME,
)
from cupola.languages.lua.failures import CLOSE_METHOD, RETHROW
from cupola.languages.lua.machine import VM, Machine, fail
from cupola.languages.lua.root_numbers import HANDLERS_MESSAGE, NUMBER_OF
from cupola.languages.lua.semantics.frames import resolve
from cupola.languages.lua.semantics.metatables import metamethod
from cupola.languages.lua.semantics.positions import place_message
from cupola.languages.lua.semantics.upvalues import close_upvalues, drop_kept, forget_closed, has_to_close
from cupola.runtime.coroutines import HANDLER_CELLS, MOST_CELLS, SLACK, end_of, grow
from cupola.runtime.objects import CLOSURE, DEAD, RUNNING, Coroutine
from cupola.runtime.values import FALSE, NIL, STRING, object_of, tag_of
from cupola.runtime.values import FUNCTION as FUNCTION_TAG

REGISTERS = tuple(Machine.fields)  # type: ignore[attr-defined]  # a machine of the kernel language
# The numbers of these registers among those that are saved.
BASE, COUNT, PC = (REGISTERS.index(each) for each in ("base", "n", "pc"))
CLOSE = NUMBER_OF["close"]
UNCAUGHT, GOES_ON, THROW_AGAIN, NO_ROOM = 0, 1, 2, 3
MOST_HANDLERS = 200  # handlers of errors that fail, inside each other


@inline
def stub_at(vm: Ptr[VM], base: Ptr[i64], number: i64) -> bool:
    """Whether the function of the frame at `base` returns to a stub."""
    return base[CALLER] == address(vm.stubs[number])


@inline
def extent(base: Ptr[i64]) -> i64:
    """How many cells from `base` on belong to the frame there."""
    if i64(object_of(base[FUNCTION]).kind) == CLOSURE:
        return frame_size(base)
    return ROOM


@inline
def go_on(vm: Ptr[VM], base: Ptr[i64], count: i64, pc: Ptr[u8]) -> None:
    """Set the registers with which the guest goes on."""
    vm.context.saved[BASE] = address(base)
    vm.context.saved[COUNT] = count
    vm.context.saved[PC] = address(pc)


@kernel
def with_room(vm: Ptr[VM], base: Ptr[i64]) -> Ptr[i64]:
    """Make room for a handler above the frame at `base`: where that is then; null if there is no room."""
    running = vm.heap.current
    wanted = base - running.stack + extent(base) + SLACK
    if wanted <= running.stack_size:
        return base
    running.base = base
    if wanted > MOST_CELLS + HANDLER_CELLS:
        return null(Ptr[i64])
    if not grow(vm.heap, running, wanted):
        return null(Ptr[i64])
    vm.stack_end = end_of(running)
    return running.base


@kernel
def handles_error(vm: Ptr[VM], base: Ptr[i64]) -> bool:
    """Whether the frame at `base` is one of a handler of errors, or of what that has called."""
    at = base
    while tag_of(at[FUNCTION]) == FUNCTION_TAG:
        if stub_at(vm, at, STUB_AFTER_HANDLER):
            return True
        if stub_at(vm, at, STUB_COROUTINE_END):
            return False
        at = down(at, link_at(at))
    return False


@inline
def call_above(vm: Ptr[VM], base: Ptr[i64], first: i64, function: i64, x: i64, y: i64, stub: i64) -> bool:
    """Set the registers to call `function` with two arguments above the frame at `base`, `first` beside it."""
    place = base + (extent(base) + 1)
    place[-1] = first
    place[0] = function
    place[FRAME_CELLS] = x
    place[FRAME_CELLS + 1] = y
    count = resolve(vm, place, 2)
    if count < 0:
        return False
    inner = place + FRAME_CELLS
    inner[CALLER] = address(vm.stubs[stub])
    inner[LINK] = address(inner) - address(base)
    go_on(vm, inner, count, code_of(place[0]))
    return True


@kernel
def throw(vm: Ptr[VM]) -> i64:
    """Unwind for `vm.error`: call the handler first, if an xpcall catches it. GOES_ON, UNCAUGHT or THROW_AGAIN; NO_ROOM
    if there is no stack for a handler, and nothing was done."""
    done = throw_once(vm)
    while done == THROW_AGAIN and comes_out_of_wrap(vm):
        done = throw_once(vm)
    return done


@kernel
def comes_out_of_wrap(vm: Ptr[VM]) -> bool:
    """Whether `vm.error` is to be thrown by a function of `coroutine.wrap`, on top, and is what that throws: a string
    has got the position of the call. The driver knows it where that is not simple."""
    if vm.failure != RETHROW:
        return False
    if tag_of(vm.error) != STRING:
        return True
    return place_message(vm, pointer(Ptr[i64], vm.context.saved[BASE]), 1)


@kernel
def throw_once(vm: Ptr[VM]) -> i64:
    """The same up to the end of the coroutine."""
    base = pointer(Ptr[i64], vm.context.saved[BASE])
    at = base
    handlers = 0
    while True:
        if stub_at(vm, at, STUB_AFTER_XPCALL):
            handler = down(at, link_at(at))[1]
            if handlers >= MOST_HANDLERS:
                vm.error = vm.heap.roots[HANDLERS_MESSAGE]
                break
            above = with_room(vm, base)
            if above == null(Ptr[i64]):
                return NO_ROOM
            base = above
            if call_above(vm, base, vm.context.saved[PC], handler, vm.error, NIL, STUB_AFTER_HANDLER):
                vm.context.saved[COUNT] = 1
                return GOES_ON
            break
        if stub_at(vm, at, STUB_AFTER_PCALL):
            break
        if stub_at(vm, at, STUB_AFTER_HANDLER):  # a handler that fails gets its own error
            handlers += 1
        if stub_at(vm, at, STUB_DONE) or stub_at(vm, at, STUB_COROUTINE_END):
            break
        at = down(at, link_at(at))
    return unwind(vm, base)


@kernel
def is_caught(vm: Ptr[VM], base: Ptr[i64]) -> bool:
    """Whether a pcall, an xpcall or a resume of this run catches an error from the frame at `base`, and that does not
    come from a handler."""
    at = base
    running = vm.heap.current
    while True:
        if stub_at(vm, at, STUB_AFTER_PCALL) or stub_at(vm, at, STUB_AFTER_XPCALL):
            return True
        if stub_at(vm, at, STUB_DONE) or stub_at(vm, at, STUB_AFTER_HANDLER):
            return False
        if stub_at(vm, at, STUB_COROUTINE_END):
            running = running.resumer
            at = running.base
            if code_of(at[FUNCTION]) == vm.stubs[STUB_RESUME]:
                return True
        else:
            at = down(at, link_at(at))


@kernel
def unwind(vm: Ptr[VM], base: Ptr[i64]) -> i64:
    """The same from the frame at `base`, without calling a handler."""
    from_base = base
    at = base
    while True:
        running = vm.heap.current
        drop_kept(running)
        if stub_at(vm, at, STUB_AFTER_PCALL) or stub_at(vm, at, STUB_AFTER_XPCALL):
            outer = down(at, link_at(at))
            if has_to_close(running, at):
                done = close_above(vm, running, from_base)
                if done != UNCAUGHT:
                    return done
            else:
                close_upvalues(vm.heap, running, at)
                give_error(vm, outer)
                return GOES_ON
        elif stub_at(vm, at, STUB_AFTER_UNWINDING) and not has_to_close(running, at):
            close_upvalues(vm.heap, running, at)  # what `__close` left behind is done with
            at = down(at, link_at(at))
            from_base = at
        elif stub_at(vm, at, STUB_DONE):
            if has_to_close(running, at):
                done = close_above(vm, running, from_base)
                if done != UNCAUGHT:
                    return done
            else:
                close_upvalues(vm.heap, running, at)
                vm.stack_end = end_of(running)
                go_on(vm, at, 0, vm.stubs[STUB_DONE])
                return UNCAUGHT
        elif stub_at(vm, at, STUB_COROUTINE_END):
            waiting = code_of(running.resumer.base[FUNCTION])
            if waiting == vm.stubs[STUB_RESUME]:  # which leaves it to `coroutine.close` to close variables
                give_error(vm, die(vm, running, from_base))
                return GOES_ON
            if has_to_close(running, at):
                done = close_above(vm, running, from_base)
                if done != UNCAUGHT:
                    return done
            else:
                go_on(vm, die(vm, running, from_base), 0, waiting)
                fail(vm, RETHROW, 0, 0, 0)
                return THROW_AGAIN
        else:
            at = down(at, link_at(at))


@kernel
def close_above(vm: Ptr[VM], running: Ptr[Coroutine], base: Ptr[i64]) -> i64:
    """Give the topmost variable that is to be closed to its metamethod, with the error. GOES_ON; THROW_AGAIN if that
    is another error; UNCAUGHT if there is no room for it, and the variable stays as it is."""
    value = forget_closed(running)
    above = with_room(vm, base)
    if above == null(Ptr[i64]):
        return UNCAUGHT
    handler = metamethod(vm.heap, value, CLOSE)
    if call_above(vm, above, vm.error, handler, value, vm.error, STUB_AFTER_UNWINDING):
        return GOES_ON
    go_on(vm, above, 0, pointer(Ptr[u8], vm.context.saved[PC]))
    fail(vm, CLOSE_METHOD, handler, 0, 0)
    return THROW_AGAIN


@inline
def give_error(vm: Ptr[VM], outer: Ptr[i64]) -> None:
    """Let the call of pcall, xpcall or resume whose frame is `outer` return false and the error."""
    caller = pointer(Ptr[u8], outer[CALLER])
    base = down(outer, link_at(outer))
    vm.stack_end = end_of(vm.heap.current)
    outer[FUNCTION] = FALSE
    outer[FUNCTION + 1] = vm.error
    go_on(vm, base, 2, caller)


@kernel
def die(vm: Ptr[VM], running: Ptr[Coroutine], base: Ptr[i64]) -> Ptr[i64]:
    """The running coroutine ends by an error in the frame at `base`, which can be looked at; the error lies above it.
    The frame of the resume or wrap that waits for it."""
    running.header.flags = DEAD
    running.base = base
    running.top = base + (extent(base) + 1)
    running.top[-1] = vm.error
    running.pc = pointer(Ptr[u8], vm.context.saved[PC])
    return switch_to(vm, running.resumer)


@inline
def switch_to(vm: Ptr[VM], other: Ptr[Coroutine]) -> Ptr[i64]:
    """Let another coroutine run; its base."""
    other.header.flags = RUNNING
    vm.heap.current = other
    vm.stack_end = end_of(other)
    return other.base
