"""What the libraries in Python call as C functions: host objects, upvalues, coroutines that are closed, the collector.

As in `entries`: values go in and out as they are, and what makes something returns 0 when there is no memory.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, null, pointer, sizeof, u16
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import VM
from cupola.languages.lua.semantics.unwinding import switch_to
from cupola.languages.lua.semantics.upvalues import close_upvalues
from cupola.runtime.heap import collector, heap
from cupola.runtime.heap.finalizers import finalize_all, next_to_finalize, register_finalizer, register_host
from cupola.runtime.heap.state import IDLE
from cupola.runtime.objects import DEAD, HOST, Coroutine, Host, Object, Table, Upvalue
from cupola.runtime.objects import TABLE as TABLE_KIND
from cupola.runtime.values import OTHER, TABLE, object_of, reference

BUDGET = 1  # the number of this register among those that are saved


@lua.entry
def host_value(vm: Ptr[VM], number: i64, metatable: i64, value: i64, native: i64) -> i64:
    """An object of the driver's with a metatable (a value); `native` is the address of what native code may know of
    it, or 0. Its number is listed when it is dead."""
    made = cast(Ptr[Host], heap.allocate(vm.heap, HOST, sizeof(Host)))
    if made == null(Ptr[Host]):
        return 0
    made.number = number
    made.metatable = cast(Ptr[Table], object_of(metatable))
    made.value = value
    made.native = native
    register_host(vm.heap, made)
    return reference(OTHER, address(made))


@lua.entry
def stored_into(vm: Ptr[VM], object: i64) -> i64:
    """The barrier, for a reference that the driver has stored into an object; `object` is its address."""
    heap.barrier(vm.heap, pointer(Ptr[Object], object))
    return 0


@lua.entry
def wants_finalizer(vm: Ptr[VM], object: i64) -> i64:
    """Have an object, by its address, finalized when it dies."""
    register_finalizer(vm.heap, pointer(Ptr[Object], object))
    return 0


@lua.entry
def next_finalizer(vm: Ptr[VM]) -> i64:
    """Take the next object whose finalizer is to be called; 0: there is none."""
    object = next_to_finalize(vm.heap)
    if object == null(Ptr[Object]):
        return 0
    return reference(TABLE if i64(object.kind) == TABLE_KIND else OTHER, address(object))


@lua.entry
def finalize_everything(vm: Ptr[VM]) -> i64:
    """The system ends: the finalizers of all objects are to be called."""
    finalize_all(vm.heap)
    return 0


@lua.entry
def end_coroutine(vm: Ptr[VM], coroutine: i64) -> i64:
    """Close the upvalues of a coroutine that does not run, which is dead then."""
    ended = cast(Ptr[Coroutine], object_of(coroutine))
    close_upvalues(vm.heap, ended, ended.stack)
    ended.header.flags = u16(DEAD)
    return 0


@lua.entry
def abandon(vm: Ptr[VM], coroutine: i64, place: Ptr[i64]) -> i64:
    """A run was left where it was: the coroutines that ran in it are dead, and the variables from `place` up of the
    one that it began in are closed, which goes on. `coroutine` is its address."""
    wanted = pointer(Ptr[Coroutine], coroutine)
    running = vm.heap.current
    while running != wanted:
        close_upvalues(vm.heap, running, running.stack)
        running.to_close = null(Ptr[Upvalue])
        running.header.flags = u16(DEAD)
        other = running.resumer
        running.resumer = null(Ptr[Coroutine])
        running = other
    close_upvalues(vm.heap, wanted, place)
    while wanted.to_close != null(Ptr[Upvalue]):
        if wanted.to_close.place < place:
            break
        wanted.to_close = wanted.to_close.next
    switch_to(vm, wanted)
    return 0


@lua.entry
def collect_step(vm: Ptr[VM], top: Ptr[i64], work: i64) -> i64:
    """Do a piece of a collection that looks at about `work` bytes; whether that ended it."""
    vm.heap.current.top = top
    if vm.heap.phase == IDLE:
        vm.heap.threshold = 0
    collector.step(vm.heap, work)
    return i64(vm.heap.phase == IDLE)
