"""Where large objects lie: runs of pages.

`Pages.heads` has an entry for the first page of each run, free or used: its length and the bits below. So the runs can
be walked in the order of their addresses, which is how the collector finds the dead ones, joins them with free
neighbours, and makes the lists of free runs anew. Long free runs are given back to the system; short ones are cleared
when they are used again.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address_of,
    count_leading_zeros,
    i64,
    kernel,
    memory_fill,
    pointer,
    u8,
    u32,
)
from cupola.runtime.heap.state import BINS, CLEANING, PAGE, PAGE_SHIFT, Heap, Pages
from cupola.runtime.heap.system import give_back

IN_USE, STALE = (
    1 << 31,
    1 << 30,
)  # an object lies there; nothing does, but the memory must be cleared before use
LENGTH = STALE - 1
TRIES = 16  # runs of one list that are looked at
LONG = 16  # pages of a free run that are given back to the system


@kernel
def take_pages(heap: Ptr[Heap], bytes: i64, clear: bool) -> i64:
    """The address of pages for `bytes`, zeroed if `clear` is set; 0 if there are none."""
    wanted = (bytes + PAGE - 1) >> PAGE_SHIFT
    size = wanted << PAGE_SHIFT
    if size > heap.limit - heap.allocated:
        return 0
    pages = heap.pages
    page = find_run(pages, wanted)
    if page < 0:
        if wanted > pages.count - pages.top:
            return 0
        page = pages.top
        pages.top += wanted
        pages.heads[page] = u32(wanted)
    head = i64(pages.heads[page])
    place = pages.start + (page << PAGE_SHIFT)
    if clear and head & STALE != 0:
        memory_fill(pointer(Ptr[u8], place), 0, size)
    rest = (head & LENGTH) - wanted
    if rest > 0:
        add_run(pages, page + wanted, rest, head & STALE)
    pages.heads[page] = u32(wanted | IN_USE)
    pages.marks[page] = u8(heap.epoch if heap.phase == CLEANING else 0)
    heap.allocated += size
    heap.page_bytes += size
    return place


@kernel
def bin_of(length: i64) -> i64:
    """Which list a free run of so many pages is in."""
    return 63 - count_leading_zeros(length)


@kernel
def find_run(pages: Ptr[Pages], wanted: i64) -> i64:
    """Take a run of at least `wanted` pages out of its list; -1 if there is none."""
    first = bin_of(wanted)
    for bin in range(first, BINS):
        link = address_of(pages.bins[bin])
        tries = TRIES
        while link[0] != 0 and tries > 0:
            page = i64(link[0]) - 1
            if i64(pages.heads[page]) & LENGTH >= wanted:
                link[0] = pages.next[page]
                return page
            link = pages.next + page
            tries -= 1
    return -1


@kernel
def add_run(pages: Ptr[Pages], page: i64, length: i64, stale: i64) -> None:
    """Put a free run into its list."""
    bin = bin_of(length)
    pages.heads[page] = u32(length | stale)
    pages.next[page] = pages.bins[bin]
    pages.bins[bin] = u32(page + 1)


@kernel
def sweep_pages(heap: Ptr[Heap]) -> None:
    """Free the pages of large objects that are not marked."""
    pages = heap.pages
    pages.spare = heap.policy.least_full >> PAGE_SHIFT
    for bin in range(BINS):
        pages.bins[bin] = u32(0)
    page = 0
    free = -1  # where the present free run begins, and whether it must be cleared
    stale = 0
    while page < pages.top:
        head = i64(pages.heads[page])
        length = head & LENGTH
        if head & IN_USE != 0 and i64(pages.marks[page]) == heap.epoch:
            if free >= 0:
                end_run(heap, free, page - free, stale)
                free = -1
        else:
            if free < 0:
                free = page
                stale = 0
            stale |= head & STALE
            if head & IN_USE != 0:
                stale = STALE
                heap.page_bytes -= length << PAGE_SHIFT
                heap.allocated -= length << PAGE_SHIFT
        page += length
    if free >= 0:
        end_run(heap, free, page - free, stale)


@kernel
def end_run(heap: Ptr[Heap], page: i64, length: i64, stale: i64) -> None:
    """A free run is complete: give its memory back to the system if it is long.

    Only a full collection gives back, and only what is more than will be asked for before the next one: what comes and
    goes in between would cost a page fault each time.
    """
    pages = heap.pages
    kept = length
    if stale != 0 and heap.is_full != 0 and length - pages.spare >= LONG:
        start = page + pages.spare
        if give_back(heap, pages.start + (start << PAGE_SHIFT), (page + length - start) << PAGE_SHIFT):
            kept = pages.spare
            keep_run(pages, start, length - kept, 0)
    pages.spare = max(pages.spare - kept, 0)
    if kept > 0:
        keep_run(pages, page, kept, stale)


@kernel
def keep_run(pages: Ptr[Pages], page: i64, length: i64, stale: i64) -> None:
    """Keep a free run for later; the end of all runs, if it was never used, is none."""
    if stale == 0 and page + length == pages.top:
        pages.top = page
    else:
        add_run(pages, page, length, stale)
