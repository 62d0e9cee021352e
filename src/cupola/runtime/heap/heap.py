"""What code of the guest needs of the heap: allocation and the barrier.

Kernel code may hold addresses of objects freely: the collector runs between instructions only, never inside `allocate`.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, slow, u8, u64, unlikely
from cupola.runtime.heap.blocks import allocate_slowly
from cupola.runtime.heap.marking import mark_value
from cupola.runtime.heap.state import ALIGNMENT, EPOCHS, LINE, MARKING, ROOTS, Heap, push
from cupola.runtime.objects import REMEMBER, Object, Table

LONG = 4096  # elements or nodes of a table that is not looked at again for each store

__all__ = [
    "ALIGNMENT",
    "ROOTS",
    "Heap",
    "allocate",
    "allocate_bytes",
    "barrier",
    "barrier_element",
    "in_use",
    "remember",
    "wants_collection",
]


@kernel
def allocate(heap: Ptr[Heap], kind: i64, size: i64) -> Ptr[Object]:
    """A new object of `size` bytes, zeroed but for its kind; null if there is no room for it within the limit."""
    bytes = (size + ALIGNMENT - 1) & -ALIGNMENT
    if unlikely(u64(bytes - 1) >= u64(heap.end - heap.next)):  # 0 and what is negative are too large too
        return allocate_slowly(heap, kind, bytes, True)
    made = pointer(Ptr[Object], heap.next)
    heap.next += bytes
    made.kind = u8(kind)
    return made


@kernel
def allocate_bytes(heap: Ptr[Heap], kind: i64, size: i64) -> Ptr[Object]:
    """The same for objects at least 32 bytes long that are without references, or filled before anything else happens:
    only their first and last 16 bytes are zeroed, which saves much for long ones."""
    bytes = (size + ALIGNMENT - 1) & -ALIGNMENT
    if bytes <= LINE or u64(bytes - 1) < u64(heap.end - heap.next):
        return allocate(heap, kind, size)
    made = allocate_slowly(heap, kind, bytes, False)
    if made != null(Ptr[Object]):
        words = cast(Ptr[i64], made)
        words[0] = kind
        words[1] = 0
        words[bytes // 8 - 2] = 0
        words[bytes // 8 - 1] = 0
    return made


@inline
def in_use(heap: Ptr[Heap]) -> i64:
    """How many bytes objects take now: `allocated` less what it counts ahead."""
    return heap.allocated - (heap.end - heap.next)


@inline
def wants_collection(heap: Ptr[Heap]) -> bool:
    """Whether the guest should stop at its next safepoint for the collector."""
    return heap.allocated >= heap.threshold


@inline
def barrier(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """To be called after a reference was stored into an object that may have lived before its present step."""
    if unlikely(i64(object.mark) & REMEMBER != 0):
        remember(heap, object)


@inline
def barrier_element(heap: Ptr[Heap], table: Ptr[Table], value: i64) -> None:
    """The same after a value was stored into the array of a table, or into a node that has a key."""
    if unlikely(i64(table.header.mark) & REMEMBER != 0):
        remember_element(heap, table, value)


@slow
def remember_element(heap: Ptr[Heap], table: Ptr[Table], value: i64) -> None:
    """Keep the value alone, if marking goes on and the table is long: looking at all of it again might take long. As
    the table stays as it is, the next store comes here too."""
    long = table.array_size >= LONG or table.node_mask >= LONG
    if heap.phase == MARKING and long and i64(table.header.extra) == 0:
        if i64(table.header.mark) & EPOCHS == heap.epoch:
            mark_value(heap, value)
            return
    remember(heap, cast(Ptr[Object], table))


@slow
def remember(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Let the collector look at an object once more.

    One that this collection has not marked yet will be looked at anyway, if it is alive.
    """
    mark = i64(object.mark)
    object.mark = u8(mark & ~REMEMBER)
    if mark & EPOCHS == heap.epoch:
        push(heap.remembered, address(object))
