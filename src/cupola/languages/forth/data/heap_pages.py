"""The pages of the heap: which are in use and which are free, in runs that are merged when they meet.

The heap is the part of the data space behind what HERE can reach. It grows by pages, as long as what it has and what
the dictionary takes stay within the memory limit, and never shrinks. What is known of a page stands in a `Page` record
outside of the data space: whatever a program writes, it cannot harm that. Page numbers count from 1.

Free runs hang in lists by their size, a list for each power of two (after Kernighan's and Lea's allocators).
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    cast,
    count_leading_zeros,
    i32,
    i64,
    inline,
    kernel,
    struct,
    u8,
    u16,
    u64,
)
from cupola.languages.forth.constants import LOW, PAGE_SHIFT
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM

PAGE_BYTES = 1 << PAGE_SHIFT
# What a page is: no head of anything; the first or the last page of a free run; of a block; of one that is kept warm; a
# page of small blocks.
INSIDE, FREE, FREE_TAIL, LARGE, WARM, SMALL = range(6)
LISTS = 20  # lists of free runs: list n has those of 2**n to 2**(n+1) - 1 pages
TRIES = 32  # runs of a list that are looked at before a longer one is divided
GROWTH = 16  # pages that the heap grows by at least, if there is room


@struct
class Page:
    """One page of the heap. `pages`: how many the run has, in its first page and, if it is free, in its last. `next`
    and `previous`: its neighbours in a list, 0 for none. Of a page of small blocks: their class, how many are in use,
    and a bit for each that is."""

    kind: u16
    size_class: u16
    used: i32
    pages: i32
    next: i32
    previous: i32
    spare: i32
    bits: Array[u64, 4]


@inline
def page_at(vm: Ptr[VM], page: i64) -> Ptr[Page]:
    return cast(Ptr[Page], vm.heap_pages) + page


@inline
def address_of_page(vm: Ptr[VM], page: i64) -> i64:
    return vm.heap_base + ((page - 1) << PAGE_SHIFT)


@inline
def heap_bytes(vm: Ptr[VM]) -> i64:
    """What the heap has taken of the memory limit."""
    return vm.heap_count << PAGE_SHIFT


@kernel
def set_space(vm: Ptr[VM], size: i64) -> None:
    """Let the first `size` bytes of the data space be good addresses."""
    vm.byte_limit = size - 1
    vm.cell_limit = size - 8
    vm.pair_limit = size - 16


@forth.entry
def set_up_heap(vm: Ptr[VM], size: i64, pages: Ptr[u8], most: i64) -> None:
    """Let the data space have `size` bytes, and behind it an empty heap of at most `most` pages, whose records, all
    zero, lie at `pages`."""
    set_space(vm, size)
    vm.heap_base = LOW + size
    vm.heap_pages = pages
    vm.heap_most = most
    vm.heap_count = 0
    for each in range(LISTS):
        vm.heap_runs[each] = i32(0)
        vm.heap_partial[each] = i32(0)
        vm.heap_warm[each] = i32(0)
        vm.heap_kept[each] = i32(0)
        vm.heap_warm_count[each] = i32(0)


@inline
def list_of(pages: i64) -> i64:
    return 63 - count_leading_zeros(pages)


@kernel
def unlink(vm: Ptr[VM], lists: Ptr[i32], place: i64, page: i64) -> None:
    """Take a page out of the list that begins at `lists[place]`."""
    one = page_at(vm, page)
    if one.previous != 0:
        page_at(vm, i64(one.previous)).next = one.next
    else:
        lists[place] = one.next
    if one.next != 0:
        page_at(vm, i64(one.next)).previous = one.previous
    one.next = one.previous = i32(0)


@kernel
def link(vm: Ptr[VM], lists: Ptr[i32], place: i64, page: i64) -> None:
    """Put a page in front of a list."""
    one = page_at(vm, page)
    one.next = lists[place]
    one.previous = i32(0)
    if one.next != 0:
        page_at(vm, i64(one.next)).previous = i32(page)
    lists[place] = i32(page)


@kernel
def mark_run(vm: Ptr[VM], page: i64, pages: i64, kind: i64) -> None:
    """Say what a run is: its first page says so, the others are inside."""
    each = page
    while each < page + pages:
        page_at(vm, each).kind = u16(INSIDE)
        each += 1
    first = page_at(vm, page)
    first.kind = u16(kind)
    first.pages = i32(pages)


@kernel
def release_run(vm: Ptr[VM], page: i64, pages: i64) -> None:
    """Give back a run, merged with the free ones beside it."""
    start, count = page, pages
    if start > 1:
        before = page_at(vm, start - 1)
        if i64(before.kind) == FREE or i64(before.kind) == FREE_TAIL:
            count += i64(before.pages)
            start -= i64(before.pages)
            unlink(vm, cast(Ptr[i32], vm.heap_runs), list_of(i64(before.pages)), start)
    after = page + pages
    if after <= vm.heap_count and i64(page_at(vm, after).kind) == FREE:
        longer = i64(page_at(vm, after).pages)
        unlink(vm, cast(Ptr[i32], vm.heap_runs), list_of(longer), after)
        count += longer
    mark_run(vm, start, count, FREE)
    if count > 1:
        last = page_at(vm, start + count - 1)
        last.kind = u16(FREE_TAIL)
        last.pages = i32(count)
    link(vm, cast(Ptr[i32], vm.heap_runs), list_of(count), start)


@kernel
def find_run(vm: Ptr[VM], pages: i64) -> i64:
    """A free run of at least so many pages, or 0: the first that fits of its list, or one of longer ones."""
    place = list_of(pages)
    run = i64(vm.heap_runs[place])
    tries: i64 = 0
    while run != 0 and tries < TRIES:
        if i64(page_at(vm, run).pages) >= pages:
            return run
        run = i64(page_at(vm, run).next)
        tries += 1
    place += 1
    while place < LISTS:
        if vm.heap_runs[place] != 0:
            return i64(vm.heap_runs[place])
        place += 1
    return 0


@kernel
def grow_heap(vm: Ptr[VM], pages: i64) -> bool:
    """Add a run of at least so many pages, if the limit allows."""
    room = min(vm.heap_most - vm.heap_count, (vm.data_top - vm.here - heap_bytes(vm)) >> PAGE_SHIFT)
    if pages > room:
        return False
    count = max(pages, min(GROWTH, room))
    first = vm.heap_count + 1
    vm.heap_count += count
    set_space(vm, vm.heap_base - LOW + heap_bytes(vm))
    release_run(vm, first, count)
    return True


@kernel
def take_run(vm: Ptr[VM], pages: i64, kind: i64) -> i64:
    """The first page of a run of so many pages that is now in use, or 0 if there is none."""
    run = find_run(vm, pages)
    if run == 0:
        if not grow_heap(vm, pages):
            return 0
        run = find_run(vm, pages)
    if run == 0:
        return 0
    found = i64(page_at(vm, run).pages)
    unlink(vm, cast(Ptr[i32], vm.heap_runs), list_of(found), run)
    mark_run(vm, run, pages, kind)
    if found > pages:
        page_at(vm, run + pages).kind = u16(INSIDE)
        release_run(vm, run + pages, found - pages)
    return run
