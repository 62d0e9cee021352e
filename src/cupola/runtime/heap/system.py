"""Giving memory back to the system: its pages read as zero when they are used again."""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, i32, i64, kernel, pointer, u8, u64
from cupola.runtime.heap.state import Heap

DONT_NEED = 4

madvise = c_function("madvise", [Ptr[u8], u64, i32], i32)


@kernel
def give_back(heap: Ptr[Heap], start: i64, bytes: i64) -> bool:
    """Give whole pages back, unless this collection has given back enough."""
    if heap.release <= 0:
        return False
    heap.release -= bytes
    return i64(madvise(pointer(Ptr[u8], start), u64(bytes), DONT_NEED)) == 0
