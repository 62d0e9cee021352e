"""What the heap asks of the system: to take memory back, whose pages read as zero when they are used again, and to use
huge pages."""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, i32, i64, kernel, pointer, u8, u64
from cupola.runtime.heap.state import Heap

DONT_NEED, HUGE_PAGES = 4, 14
HUGE_FROM = 4 << 20  # bytes of a region from which on pages may be huge: a small heap stays small

madvise = c_function("madvise", [Ptr[u8], u64, i32], i32)


@kernel
def give_back(heap: Ptr[Heap], start: i64, bytes: i64) -> bool:
    """Give whole pages back, unless this collection has given back enough."""
    if heap.release <= 0:
        return False
    heap.release -= bytes
    return i64(madvise(pointer(Ptr[u8], start), u64(bytes), DONT_NEED)) == 0


@kernel
def ask_for_huge_pages(start: i64, end: i64) -> None:
    """Ask the system to use huge pages in a region, but for its beginning. Whether it does makes no difference but in
    time: large tables are looked into all over, and new memory comes in larger pieces."""
    if end - start > HUGE_FROM:
        madvise(pointer(Ptr[u8], start + HUGE_FROM), u64(end - start - HUGE_FROM), HUGE_PAGES)
