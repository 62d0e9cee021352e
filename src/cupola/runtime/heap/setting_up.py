"""Cutting a range of addresses into the regions of a heap."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, pointer, u8, u32
from cupola.runtime.heap.state import (
    BLOCK,
    BLOCK_SHIFT,
    FIRST_EPOCH,
    IDLE,
    LINE_SHIFT,
    PAGE,
    PAGE_SHIFT,
    TAKEN,
    Heap,
    List,
)
from cupola.runtime.heap.system import ask_for_huge_pages

SPREAD = 2  # blocks for so many times the limit, as small objects may lie far apart
LEAST_LIST = 1 << 16  # bytes
LARGE_SPREAD = 4  # the same for pages


@kernel
def space_for(limit: i64) -> i64:
    """How many bytes of addresses a heap with that limit needs. Only what is used of them costs memory."""
    return 9 * limit + (1 << 20)


@kernel
def set_up(heap: Ptr[Heap], start: i64, size: i64, limit: i64) -> bool:
    """Make a heap of `size` bytes of zeroed memory from `start` on (whole pages), of which objects may take `limit`.

    `heap` must be zeroed. False if the memory is too small.
    """
    if size < space_for(limit) or limit < PAGE:
        return False
    heap.limit = limit
    share = (limit + BLOCK - 1) & -BLOCK
    next = set_up_list(heap.gray, start, share >> 2)
    next = set_up_list(heap.remembered, next, share >> 2)
    next = set_up_list(heap.weak, next, share >> 3)
    next = set_up_list(heap.running, next, share >> 4)
    next = set_up_list(heap.finalizers, next, share >> 3)
    next = set_up_list(heap.to_finalize, next, share >> 2)
    next = set_up_list(heap.new_strings, next, share >> 2)
    next = set_up_list(heap.hosts, next, share >> 2)
    next = set_up_list(heap.dead_hosts, next, share >> 2)
    blocks = share * SPREAD >> BLOCK_SHIFT
    heap.lines = pointer(Ptr[u8], next)
    next = whole_pages(next + (blocks << (BLOCK_SHIFT - LINE_SHIFT)))
    heap.blocks = pointer(Ptr[u8], next)
    next = whole_pages(next + blocks)
    pages = share * LARGE_SPREAD >> PAGE_SHIFT
    heap.pages.count = pages
    heap.pages.heads = pointer(Ptr[u32], next)
    next = whole_pages(next + pages * 4)
    heap.pages.next = pointer(Ptr[u32], next)
    next = whole_pages(next + pages * 4)
    heap.pages.marks = pointer(Ptr[u8], next)
    next = whole_pages(next + pages)
    heap.blocks_start = (next + BLOCK - 1) & -BLOCK
    heap.blocks_top = heap.blocks_start
    heap.blocks_end = heap.blocks_start + (blocks << BLOCK_SHIFT)
    heap.pages.start = heap.blocks_end
    heap.epoch = FIRST_EPOCH
    heap.phase = IDLE
    heap.taken = TAKEN
    heap.policy.pause = 200
    heap.policy.nursery = 20
    heap.policy.least = 2 << 20
    heap.policy.work = 1 << 20
    heap.policy.interval = 256 << 10
    heap.policy.least_full = 8 << 20
    heap.full_at = heap.policy.least_full
    heap.threshold = min(heap.policy.least, limit * 3 // 4)
    pages_end = heap.pages.start + (pages << PAGE_SHIFT)
    if pages_end > start + size:
        return False
    ask_for_huge_pages(heap.blocks_start, heap.blocks_end)
    ask_for_huge_pages(heap.pages.start, pages_end)
    return True


@inline
def whole_pages(place: i64) -> i64:
    """The next border between pages."""
    return (place + PAGE - 1) & -PAGE


@kernel
def set_up_list(list: Ptr[List], place: i64, size: i64) -> i64:
    """Let a list lie from `place` on; returns where it ends."""
    size += LEAST_LIST
    list.items = pointer(Ptr[i64], place)
    list.count = 0
    list.room = size >> 3
    return whole_pages(place + size)
