"""The Lua machine: its registers, the struct of a VM, frames.

A function runs on the cells from `base` up, its registers. Below them lies what its call left there:

    base[-3]  the function, a value; the first result goes there, and the others into the cells above
    base[-2]  where the caller goes on: an address of guest code
    base[-1]  how many bytes `base` is above the caller's base

`n` counts what is not known before: arguments when a function starts, results after a return, values of `...`.

The frame of a function with `...` lies above its arguments: base[-4] is how many there are, and its frame begins
`n + VARARG_CELLS` cells above the one that the call made.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i64, inline, registers, struct, u8, u32
from cupola.language import Context
from cupola.languages.lua.constants import AGAIN, DETAILS, FAILED, FLUSH, GROW, NO_MEMORY, ROOM, TAIL_CALL
from cupola.languages.lua.library.state import Library
from cupola.runtime.heap.heap import Heap

__all__ = ["AGAIN", "FAILED", "FLUSH", "GROW", "NO_MEMORY", "ROOM", "TAIL_CALL", "VM", "Machine", "fail"]


@struct
class VM:
    """One Lua system.

    `stack_end` is the end of the running coroutine's stack, less the room that every function may use unasked.
    `level` counts the runs of the driver that are inside each other. `failure` is the number of what went wrong (see
    `failures`, `library.failures`), `details` what belongs to it; `error` is the value that is thrown. `wanted` belongs
    to GROW and TAIL_CALL. `poll` is not 0 while a sample is wanted (see `instructions.observing`); `sampled` is the
    native function, a value, or COLLECTOR, that ran when it became so, or 0. `request` is the address of a
    `tiers.baseline.compiler.Request`, with which functions are compiled without the driver, or 0. `edge` is the address
    of a `python_edge.Edge`, or 0; `errors` that of the messages that are kept (`semantics.positions`), or 0. `uncached`
    counts fields that were got or set by slow paths, for metamethods or for want of memory. `handler` is the metamethod
    that a look for an element has found, for its slow path, which follows at once, and `receiver` what it is called
    with.
    """

    context: Context
    heap: Heap
    stack_end: Ptr[i64]
    level: u32
    wanted: i64
    failure: i64
    details: Array[i64, DETAILS]
    error: i64
    request: i64
    poll: i64
    sampled: i64
    edge: i64
    uncached: i64
    handler: i64
    receiver: i64
    errors: i64
    library: Library
    stubs: Array[Ptr[u8], 24]
    scratch: Array[i64, 8]


@registers
class Machine:
    """What is in machine registers while guest code runs. `n` means something to the next instruction only; `integers`
    is always the tag of integers in its place."""

    vm: Ptr[VM]
    budget: i64
    base: Ptr[i64]
    n: i64
    integers: i64
    pc: Ptr[u8]


@inline
def fail(vm: Ptr[VM], failure: i64, first: i64, second: i64, third: i64) -> i64:
    """Note a failure with its details; returns FAILED, for a native function to return."""
    vm.failure = failure
    vm.details[0] = first
    vm.details[1] = second
    vm.details[2] = third
    return FAILED
