"""Stacks of the guest as objects: coroutines, making them, and stacks that grow."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, memory_copy, null, sizeof, u8, u32
from cupola.runtime.heap.heap import Heap, allocate, barrier
from cupola.runtime.objects import CELLS, CELLS_START, COROUTINE, Coroutine, Object, Upvalue
from cupola.runtime.values import OTHER, object_of, tag_of

SLACK = 96  # cells of each stack that nobody asks for: for natives, metamethods and the handling of errors
FIRST_CELLS = 64 + SLACK  # of a coroutine's stack
MOST_CELLS = 1_000_000  # of any stack
HANDLER_CELLS = 20_000  # more, for the handlers of errors
MOST_NESTED = 197  # coroutines that have resumed each other


@inline
def is_coroutine(value: i64) -> bool:
    """Whether a value is a coroutine."""
    return tag_of(value) == OTHER and i64(object_of(value).kind) == COROUTINE


@inline
def coroutine_in(value: i64) -> Ptr[Coroutine]:
    """The coroutine that a value is."""
    return cast(Ptr[Coroutine], object_of(value))


@kernel
def new_stack(heap: Ptr[Heap], count: i64) -> Ptr[i64]:
    """So many cells of stack, or null. They are zeroed: numbers, for the collector."""
    made = allocate(heap, CELLS, CELLS_START + count * 8)
    if made == null(Ptr[Object]):
        return null(Ptr[i64])
    made.extra = u32(count)
    return cast(Ptr[i64], cast(Ptr[u8], made) + CELLS_START)


@kernel
def new_coroutine(heap: Ptr[Heap], function: i64) -> Ptr[Coroutine]:
    """A suspended coroutine that will run a function, or null."""
    made = cast(Ptr[Coroutine], allocate(heap, COROUTINE, sizeof(Coroutine)))
    if made == null(Ptr[Coroutine]):
        return made
    stack = new_stack(heap, FIRST_CELLS)
    if stack == null(Ptr[i64]):
        return null(Ptr[Coroutine])
    made.stack = stack
    made.stack_size = FIRST_CELLS
    stack[0] = function
    made.top = stack + 1
    return made


@inline
def end_of(coroutine: Ptr[Coroutine]) -> Ptr[i64]:
    """Where the cells end that functions of a coroutine may use, unless an error is being handled."""
    return coroutine.stack + (min(i64(coroutine.stack_size), MOST_CELLS) - SLACK)


@inline
def is_nested_deep(running: Ptr[Coroutine]) -> bool:
    """Whether too many coroutines wait for each other for one more to be resumed."""
    return running.nested >= MOST_NESTED - 1


@kernel
def ensure_stack(heap: Ptr[Heap], coroutine: Ptr[Coroutine], wanted: i64) -> bool:
    """Make sure that a coroutine that does not run has room for so many values above its top; False: no memory."""
    used = coroutine.top - coroutine.stack
    if used + wanted + SLACK <= coroutine.stack_size:
        return True
    return grow(heap, coroutine, used + wanted)


@kernel
def grow(heap: Ptr[Heap], coroutine: Ptr[Coroutine], wanted: i64) -> bool:
    """Give a coroutine a larger stack, for `wanted` cells: what leads into the old one is moved. False: no memory."""
    size = max(min(coroutine.stack_size * 2, MOST_CELLS), wanted + 2 * SLACK)
    stack = new_stack(heap, size)
    if stack == null(Ptr[i64]):
        return False
    old = coroutine.stack
    distance = address(stack) - address(old)
    memory_copy(cast(Ptr[u8], stack), cast(Ptr[u8], old), coroutine.stack_size * 8)
    coroutine.stack = stack
    coroutine.stack_size = size
    coroutine.base = moved(coroutine.base, distance)
    coroutine.top = moved(coroutine.top, distance)
    move_places(coroutine.open, distance)
    move_places(coroutine.to_close, distance)
    barrier(heap, cast(Ptr[Object], coroutine))
    return True


@kernel
def moved(place: Ptr[i64], distance: i64) -> Ptr[i64]:
    """Where a place is after the stack has moved; null stays."""
    if place == null(Ptr[i64]):
        return place
    return cast(Ptr[i64], cast(Ptr[u8], place) + distance)


@kernel
def move_places(first: Ptr[Upvalue], distance: i64) -> None:
    """Let a list of upvalues lead to the new stack."""
    at = first
    while at != null(Ptr[Upvalue]):
        at.place = moved(at.place, distance)
        at = at.next
