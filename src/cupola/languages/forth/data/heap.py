"""ALLOCATE, FREE and RESIZE: blocks of the heap, by size classes up to half a page, by whole pages above that.

A page of small blocks holds blocks of one class, with a bit for each in its record (Bonwick, *The Slab Allocator*,
1994); so a wrong address, and one that was freed already, is always recognized, and refused with an ior. With the
option warm-pools, pages that become empty and blocks of a few pages that are freed are kept for whoever asks for that
size next; without it they are merged with what is free beside them at once.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, count_trailing_zeros, i32, i64, inline, kernel, table, u8, u16, u64
from cupola.language import Cell
from cupola.languages.forth.constants import PAGE_SHIFT
from cupola.languages.forth.data.heap_pages import (
    LARGE,
    PAGE_BYTES,
    SMALL,
    WARM,
    address_of_page,
    link,
    page_at,
    release_run,
    take_run,
    unlink,
)
from cupola.languages.forth.data.space import copy
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.options import acted, is_on
from cupola.policy.options import WARM_POOLS

CANNOT_ALLOCATE, CANNOT_FREE, CANNOT_RESIZE = -59, -60, -61
GRAIN_SHIFT = 4  # sizes are rounded up to 16 bytes
SIZES = (16, 32, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512, 640, 800, 1024, 1344, 2048)
SMALLEST_PAGED = SIZES[-1] + 1
# For each number of grains the class of the smallest blocks that hold them.
CLASSES = tuple(
    next(number for number, size in enumerate(SIZES) if grains << GRAIN_SHIFT <= size)
    for grains in range((SIZES[-1] >> GRAIN_SHIFT) + 1)
)
WARM_PAGES = 16  # blocks of no more pages are kept warm
MOST_WARM = (
    8  # of each number of pages; and pages of small blocks of each class that are kept though they are empty
)


@inline
def class_of(size: i64) -> i64:
    """The class for a block of 1 to SIZES[-1] bytes."""
    return i64(table(u8, CLASSES)[(size + 15) >> GRAIN_SHIFT])


@inline
def size_of(size_class: i64) -> i64:
    return i64(table(u16, SIZES)[size_class])


@inline
def pages_for(size: i64) -> i64:
    return (size + (PAGE_BYTES - 1)) >> PAGE_SHIFT


# --- small blocks -----------------------------------------------------------------------------------------------------


@kernel
def new_small_page(vm: Ptr[VM], size_class: i64) -> i64:
    """A page of free blocks of that class, in its list; 0 if there is none."""
    page = take_pages(vm, 1, SMALL)
    if page != 0:
        one = page_at(vm, page)
        one.size_class = u16(size_class)
        one.used = i32(0)
        for each in range(4):
            one.bits[each] = u64(0)
        link(vm, cast(Ptr[i32], vm.heap_partial), size_class, page)
    return page


@kernel
def take_small(vm: Ptr[VM], size_class: i64) -> i64:
    """The address of a block of that class, or 0."""
    page = i64(vm.heap_partial[size_class])
    if page == 0:
        page = new_small_page(vm, size_class)
        if page == 0:
            return 0
    elif page_at(vm, page).used == 0:
        vm.heap_kept[size_class] -= 1
        acted(vm, WARM_POOLS)
    one = page_at(vm, page)
    word: i64 = 0
    while ~one.bits[word] == 0:
        word += 1
    bit = i64(count_trailing_zeros(~one.bits[word]))
    one.bits[word] = one.bits[word] | u64(1) << u64(bit)
    one.used += 1
    size = size_of(size_class)
    if (i64(one.used) + 1) * size > PAGE_BYTES:
        unlink(vm, cast(Ptr[i32], vm.heap_partial), size_class, page)
    return address_of_page(vm, page) + ((word << 6) + bit) * size


@kernel
def free_small(vm: Ptr[VM], page: i64, slot: i64) -> None:
    """Give back a block that is in use."""
    one = page_at(vm, page)
    size_class = i64(one.size_class)
    was_full = (i64(one.used) + 1) * size_of(size_class) > PAGE_BYTES
    one.bits[slot >> 6] = one.bits[slot >> 6] & ~(u64(1) << u64(slot & 63))
    one.used -= 1
    if was_full:
        link(vm, cast(Ptr[i32], vm.heap_partial), size_class, page)
    if one.used == 0:
        if is_on(vm, WARM_POOLS) and i64(vm.heap_kept[size_class]) < MOST_WARM:
            vm.heap_kept[size_class] += 1
        else:
            unlink(vm, cast(Ptr[i32], vm.heap_partial), size_class, page)
            release_run(vm, page, 1)


# --- blocks of whole pages --------------------------------------------------------------------------------------------


@kernel
def take_pages(vm: Ptr[VM], pages: i64, kind: i64) -> i64:
    """The first of so many pages in use, or 0; when there are no others, those that are kept warm are given back."""
    page = take_run(vm, pages, kind)
    if page == 0 and cool_down(vm):
        page = take_run(vm, pages, kind)
    return page


@kernel
def cool_down(vm: Ptr[VM]) -> bool:
    """Give back everything that is kept warm; whether there was anything."""
    found = False
    for pages in range(1, WARM_PAGES + 1):
        while vm.heap_warm[pages] != 0:
            page = i64(vm.heap_warm[pages])
            unlink(vm, cast(Ptr[i32], vm.heap_warm), pages, page)
            release_run(vm, page, pages)
            found = True
        vm.heap_warm_count[pages] = i32(0)
    for each in range(len(SIZES)):
        page = i64(vm.heap_partial[each])
        while page != 0:
            following = i64(page_at(vm, page).next)
            if page_at(vm, page).used == 0:
                unlink(vm, cast(Ptr[i32], vm.heap_partial), each, page)
                release_run(vm, page, 1)
                found = True
            page = following
        vm.heap_kept[each] = i32(0)
    return found


@kernel
def take_large(vm: Ptr[VM], pages: i64) -> i64:
    """The address of a block of so many pages, or 0."""
    page: i64 = 0
    if pages <= WARM_PAGES and vm.heap_warm[pages] != 0:
        page = i64(vm.heap_warm[pages])
        unlink(vm, cast(Ptr[i32], vm.heap_warm), pages, page)
        vm.heap_warm_count[pages] -= 1
        page_at(vm, page).kind = u16(LARGE)
        acted(vm, WARM_POOLS)
    else:
        page = take_pages(vm, pages, LARGE)
    return address_of_page(vm, page) if page != 0 else 0


@kernel
def free_large(vm: Ptr[VM], page: i64) -> None:
    pages = i64(page_at(vm, page).pages)
    if pages <= WARM_PAGES and is_on(vm, WARM_POOLS) and i64(vm.heap_warm_count[pages]) < MOST_WARM:
        page_at(vm, page).kind = u16(WARM)
        link(vm, cast(Ptr[i32], vm.heap_warm), pages, page)
        vm.heap_warm_count[pages] += 1
    else:
        release_run(vm, page, pages)


# --- blocks -----------------------------------------------------------------------------------------------------------


@kernel
def allocate(vm: Ptr[VM], size: i64) -> i64:
    """The address of a block of that many bytes, or 0. A block of no bytes has an address too."""
    if size < 0 or size > vm.heap_most << PAGE_SHIFT:
        return 0
    if size < SMALLEST_PAGED:
        return take_small(vm, class_of(max(size, 1)))
    return take_large(vm, pages_for(size))


@kernel
def block_at(vm: Ptr[VM], start: i64) -> tuple[i64, i64, i64]:
    """The block in use that begins at an address: its page, its place in it (of a small one), its room in bytes; 0
    for the room if there is none."""
    offset = start - vm.heap_base
    if offset < 0 or offset >> PAGE_SHIFT >= vm.heap_count:
        return 0, 0, 0
    page = (offset >> PAGE_SHIFT) + 1
    one = page_at(vm, page)
    inside = offset & (PAGE_BYTES - 1)
    if i64(one.kind) == LARGE and inside == 0:
        return page, 0, i64(one.pages) << PAGE_SHIFT
    if i64(one.kind) != SMALL:
        return 0, 0, 0
    size = size_of(i64(one.size_class))
    slot = inside // size
    if slot * size != inside or one.bits[slot >> 6] >> u64(slot & 63) & 1 == 0:
        return 0, 0, 0
    return page, slot, size


@kernel
def free_block(vm: Ptr[VM], start: i64) -> i64:
    """Give back the block at an address; the ior."""
    page, slot, room = block_at(vm, start)
    if room == 0:
        return CANNOT_FREE
    if i64(page_at(vm, page).kind) == SMALL:
        free_small(vm, page, slot)
    else:
        free_large(vm, page)
    return 0


@kernel
def resize(vm: Ptr[VM], start: i64, size: i64) -> i64:
    """The address of the block at `start` with another size, perhaps somewhere else; 0 if it stays as it is."""
    page, _, room = block_at(vm, start)
    if room == 0 or size < 0:
        return 0
    if i64(page_at(vm, page).kind) == SMALL:
        if size < SMALLEST_PAGED and size_of(class_of(max(size, 1))) == room:
            return start
    elif size >= SMALLEST_PAGED and pages_for(size) <= room >> PAGE_SHIFT:
        pages = pages_for(size)
        more = (room >> PAGE_SHIFT) - pages
        if more > 0:
            page_at(vm, page).pages = i32(pages)
            release_run(vm, page + pages, more)
        return start
    to = allocate(vm, size)
    if to != 0:
        copy(data(vm, to), data(vm, start), min(room, size))
        free_block(vm, start)
    return to


@forth.instruction(name="allocate", memory_stack=True, facts=known_as("allocate"))
def allocate_word(m: Machine, size: Cell) -> tuple[Cell, Cell]:
    """( u -- a-addr ior ) Take u bytes of memory; the ior is -59 if there are not so many."""
    start = allocate(m.vm, size)
    return start, 0 if start != 0 else CANNOT_ALLOCATE


@forth.instruction(name="free", memory_stack=True, facts=known_as("free"))
def free_word(m: Machine, start: Cell) -> Cell:
    """( a-addr -- ior ) Give memory back; the ior is -60 if it is none that ALLOCATE gave, or given back already."""
    return free_block(m.vm, start)


@forth.instruction(name="resize", memory_stack=True, facts=known_as("resize"))
def resize_word(m: Machine, start: Cell, size: Cell) -> tuple[Cell, Cell]:
    """( a-addr1 u -- a-addr2 ior ) Let the memory have u bytes, elsewhere if need be; if it cannot, the ior is -61."""
    to = resize(m.vm, start, size)
    return to if to != 0 else start, 0 if to != 0 else CANNOT_RESIZE
