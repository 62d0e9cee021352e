"""The state of one heap, which lies in the struct of its VM, and allocation."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i64, inline, kernel, null, pointer, slow, struct, u8, u64, unlikely
from cupola.runtime.objects import REMEMBER, Coroutine, Object, Shape, String

ALIGNMENT = 16
ROOTS = 64


@struct
class Heap:
    """Memory for objects.

    `limit` is how many bytes objects may take; `allocated` is what they take now, `threshold` when a collection
    should begin. `roots` are values that are always reachable. `interned` and `shape_cache` lie BYTES_START bytes into
    Bytes objects that the heap keeps alive, `shapes` CELLS_START bytes into a Cells object; they are null until
    `strings.set_up` and `tables.set_up` ran. `interned` does not keep its strings alive: after marking, the collector
    takes the dead ones out. Shapes never die (inline caches know them by their addresses), and so nothing in
    `shape_cache` ever becomes wrong.
    """

    allocated: i64
    threshold: i64
    limit: i64
    next: i64  # the next free byte, and the end of the free bytes there
    end: i64
    current: Ptr[Coroutine]  # whose stack is in use
    empty_shape: Ptr[Shape]
    hash_seed: u64
    interned: Ptr[Ptr[String]]  # all strings that are interned: open addressing, linear probing
    interned_mask: i64  # number of places less 1
    interned_count: i64
    shapes: Ptr[i64]  # all but the empty one, values with the tag OTHER: open addressing too; 0 is free
    shapes_mask: i64
    shapes_count: i64
    shape_cache: Ptr[i64]  # where keys were found lately, see `tables.shapes`
    roots: Array[i64, ROOTS]


@kernel
def allocate(heap: Ptr[Heap], kind: i64, size: i64) -> Ptr[Object]:
    """A new object of `size` bytes, zeroed but for its kind; null if there is no room for it within the limit."""
    bytes = (size + ALIGNMENT - 1) & -ALIGNMENT
    if unlikely(heap.next + bytes > heap.end or heap.allocated + bytes > heap.limit):
        return null(Ptr[Object])
    made = pointer(Ptr[Object], heap.next)
    heap.next += bytes
    heap.allocated += bytes
    made.kind = u8(kind)
    return made


@inline
def wants_collection(heap: Ptr[Heap]) -> bool:
    """Whether the guest should stop at its next safepoint for the collector."""
    return heap.allocated >= heap.threshold


@inline
def barrier(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """To be called after a reference was stored into an object that may have lived before its present step."""
    if unlikely(i64(object.mark) & REMEMBER != 0):
        remember(heap, object)


@slow
def remember(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Let the collector look at an object once more."""
    object.mark = u8(i64(object.mark) & ~REMEMBER)
