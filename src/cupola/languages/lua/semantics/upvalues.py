"""Upvalues: variables that closures share, open while their registers live."""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, i64, inline, kernel, null, sizeof, u16
from cupola.runtime.heap.heap import Heap, allocate, barrier
from cupola.runtime.objects import UPVALUE, Coroutine, Object, Upvalue
from cupola.runtime.values import OTHER, reference

UPVALUE_BYTES = sizeof(Upvalue)
KEPT = 1  # flag of an entry that is a place, and no variable


@kernel
def find_upvalue(heap: Ptr[Heap], place: Ptr[i64]) -> Ptr[Upvalue]:
    """The open upvalue of a register of the running coroutine, made if there is none; null: no memory."""
    running = heap.current
    before = null(Ptr[Upvalue])
    at = running.open
    while at != null(Ptr[Upvalue]):
        if at.place <= place:
            break
        before = at
        at = at.next
    if at != null(Ptr[Upvalue]):
        if at.place == place:
            return at
    made = cast(Ptr[Upvalue], allocate(heap, UPVALUE, UPVALUE_BYTES))
    if made == null(Ptr[Upvalue]):
        return made
    made.place = place
    made.value = reference(OTHER, address(running))  # a closure may outlive all else that names the stack
    made.next = at
    if before == null(Ptr[Upvalue]):
        running.open = made
        barrier(heap, cast(Ptr[Object], running))
    else:
        before.next = made
        barrier(heap, cast(Ptr[Object], before))
    return made


@inline
def close_one(heap: Ptr[Heap], upvalue: Ptr[Upvalue]) -> None:
    """Let an upvalue hold its value itself."""
    upvalue.value = upvalue.place[0]
    upvalue.place = address_of(upvalue.value)
    upvalue.next = null(Ptr[Upvalue])
    barrier(heap, cast(Ptr[Object], upvalue))


@kernel
def close_upvalues(heap: Ptr[Heap], running: Ptr[Coroutine], place: Ptr[i64]) -> None:
    """Close the upvalues of all registers from `place` up."""
    while running.open != null(Ptr[Upvalue]):
        upvalue = running.open
        if upvalue.place < place:
            break
        running.open = upvalue.next
        close_one(heap, upvalue)


@kernel
def forget_closed(running: Ptr[Coroutine]) -> i64:
    """Take the topmost variable that is to be closed off the list; its value."""
    entry = running.to_close
    running.to_close = entry.next
    return entry.place[0]


@kernel
def keep_place(heap: Ptr[Heap], place: Ptr[i64]) -> bool:
    """Note a place on the list of variables that are to be closed, though nothing there is; False: no memory."""
    if not push_to_close(heap, place):
        return False
    heap.current.to_close.header.flags = u16(KEPT)
    return True


@kernel
def drop_kept(running: Ptr[Coroutine]) -> None:
    """Forget the places that were noted on top of the list: an error has passed them."""
    while running.to_close != null(Ptr[Upvalue]):
        if i64(running.to_close.header.flags) != KEPT:
            break
        running.to_close = running.to_close.next


@inline
def has_to_close(running: Ptr[Coroutine], place: Ptr[i64]) -> bool:
    """Whether a variable from `place` up is to be closed."""
    found = False
    if running.to_close != null(Ptr[Upvalue]):
        found = running.to_close.place >= place
    return found


@kernel
def push_to_close(heap: Ptr[Heap], place: Ptr[i64]) -> bool:
    """Note that the variable at `place` is to be closed; False: no memory."""
    running = heap.current
    made = cast(Ptr[Upvalue], allocate(heap, UPVALUE, UPVALUE_BYTES))
    if made == null(Ptr[Upvalue]):
        return False
    made.place = place
    made.value = reference(OTHER, address(running))
    made.next = running.to_close
    running.to_close = made
    barrier(heap, cast(Ptr[Object], running))
    return True
