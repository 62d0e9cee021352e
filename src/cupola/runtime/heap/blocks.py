"""Where small objects lie: blocks of lines. Objects are laid one after the other into runs of free lines.

A run is used up in chunks, so that memory is cleared shortly before it is used, and the limit is met exactly. An object
longer than a line that does not fit where the others go is laid into a free block apart, so that short holes are not
given up for it.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, memory_fill, null, pointer, slow, u8, u64
from cupola.runtime.heap.large import take_pages
from cupola.runtime.heap.marking import mark_lines
from cupola.runtime.heap.state import (
    BLOCK,
    BLOCK_LINES,
    BLOCK_SHIFT,
    CHUNK,
    CLEAN,
    FREE_LINE,
    LARGEST_SMALL,
    LINE,
    LINE_SHIFT,
    TAKEN,
    USED,
    Heap,
)
from cupola.runtime.objects import Object

ONES = 0x0101010101010101
TOPS = 0x8080808080808080


@slow
def allocate_slowly(heap: Ptr[Heap], kind: i64, bytes: i64, clear: bool) -> Ptr[Object]:
    """`allocate` for what does not fit into the present chunk. Without `clear`, the memory may have anything in it."""
    if u64(bytes) > u64(heap.limit) or bytes == 0:
        return null(Ptr[Object])
    if heap.fail_at > 0:
        heap.fail_at -= 1
        if heap.fail_at == 0:
            return null(Ptr[Object])
    if heap.limit - heap.allocated < bytes:
        take_back(heap)
    if bytes > LARGEST_SMALL:
        place = take_pages(heap, bytes, clear)
    elif bytes <= LINE or (clear and bytes <= heap.run_end - heap.next):
        place = take_from_run(heap, bytes)
    else:
        place = take_apart(heap, bytes, clear)
    if place == 0:
        return null(Ptr[Object])
    made = pointer(Ptr[Object], place)
    made.kind = u8(kind)
    return made


@kernel
def take_from_run(heap: Ptr[Heap], bytes: i64) -> i64:
    """Room in the present run, or in the first one that is long enough; 0 if there is none."""
    while bytes > heap.run_end - heap.next:
        if not next_run(heap):
            return 0
    if not grant(heap, bytes):
        return 0
    place = heap.next
    heap.next += bytes
    return place


@kernel
def grant(heap: Ptr[Heap], bytes: i64) -> bool:
    """Let `bytes` from `next` on be used, and a chunk if the limit allows it."""
    chunk = bytes if heap.stress != 0 else max(bytes, CHUNK)
    more = min(chunk, heap.run_end - heap.next) - (heap.end - heap.next)
    more = min(more, heap.limit - heap.allocated)
    if heap.end + more - heap.next < bytes:
        return False
    if heap.run_dirty != 0:
        memory_fill(pointer(Ptr[u8], heap.end), 0, more)
    heap.end += more
    heap.allocated += more
    return True


@kernel
def take_back(heap: Ptr[Heap]) -> None:
    """No longer count what is left of the present chunk."""
    heap.allocated -= heap.end - heap.next
    heap.end = heap.next


@kernel
def leave_run(heap: Ptr[Heap]) -> None:
    """Give up the present run."""
    take_back(heap)
    heap.next = 0
    heap.end = 0
    heap.run_end = 0


@kernel
def next_run(heap: Ptr[Heap]) -> bool:
    """Go on to the next run of free lines."""
    line = next_free_line(heap)
    top = (heap.blocks_top - heap.blocks_start) >> LINE_SHIFT
    if line == top and not add_block(heap):
        return False
    leave_run(heap)
    block = line >> (BLOCK_SHIFT - LINE_SHIFT)
    end = line + 1
    last = (block + 1) << (BLOCK_SHIFT - LINE_SHIFT)
    while end < last and heap.lines[end] == FREE_LINE:
        end += 1
    heap.run_dirty = i64(heap.blocks[block] != CLEAN)
    heap.blocks[block] = u8(USED)
    take_lines(heap, line, end - line)
    heap.cursor = end
    heap.next = heap.blocks_start + (line << LINE_SHIFT)
    heap.end = heap.next
    heap.run_end = heap.blocks_start + (end << LINE_SHIFT)
    return True


@inline
def take_lines(heap: Ptr[Heap], line: i64, count: i64) -> None:
    """Hand out free lines."""
    memory_fill(heap.lines + line, u8(heap.taken), count)
    if heap.taken != TAKEN:
        heap.marked_lines += count


@kernel
def keep_runs(heap: Ptr[Heap]) -> None:
    """Mark the lines in which the next objects will lie, and those that will be handed out."""
    heap.taken = heap.epoch
    keep_lines(heap, heap.next, heap.run_end)
    keep_lines(heap, heap.overflow_next, heap.overflow_end)


@kernel
def keep_lines(heap: Ptr[Heap], start: i64, end: i64) -> None:
    """Mark the lines of some memory."""
    if start < end:
        mark_lines(heap, start - heap.blocks_start, end - start)


@kernel
def next_free_line(heap: Ptr[Heap]) -> i64:
    """The first free line from the cursor on, or the end of all lines."""
    line = heap.cursor
    top = (heap.blocks_top - heap.blocks_start) >> LINE_SHIFT
    lines = heap.lines
    while line < top:
        if line & 7 == 0:
            word = cast(Ptr[u64], lines + line)[0]
            if (word - ONES) & ~word & TOPS == 0:  # none of the eight is free
                line += 8
                continue
        if lines[line] == FREE_LINE:
            return line
        line += 1
    return top


@kernel
def add_block(heap: Ptr[Heap]) -> bool:
    """Take a block that was never used."""
    if heap.blocks_top >= heap.blocks_end:
        return False
    block = (heap.blocks_top - heap.blocks_start) >> BLOCK_SHIFT
    memory_fill(heap.lines + block * BLOCK_LINES, FREE_LINE, BLOCK_LINES)
    heap.blocks[block] = u8(CLEAN)
    heap.blocks_top += BLOCK
    return True


@kernel
def take_apart(heap: Ptr[Heap], bytes: i64, clear: bool) -> i64:
    """Room in the block for objects longer than a line; 0 if there is none."""
    if heap.limit - heap.allocated < bytes:
        return 0
    if bytes > heap.overflow_end - heap.overflow_next and not next_block(heap):
        return take_from_run(heap, bytes)
    place = heap.overflow_next
    if clear and heap.overflow_dirty != 0:
        memory_fill(pointer(Ptr[u8], place), 0, bytes)
    heap.overflow_next += bytes
    heap.allocated += bytes
    return place


@kernel
def next_block(heap: Ptr[Heap]) -> bool:
    """Find a free block for `take_apart`, the last one first, or take a new one."""
    block = heap.blocks_cursor
    while block > 0:
        block -= 1
        if heap.blocks[block] != USED:
            heap.blocks_cursor = block
            use_apart(heap, block)
            return True
    heap.blocks_cursor = 0
    block = (heap.blocks_top - heap.blocks_start) >> BLOCK_SHIFT
    if not add_block(heap):
        return False
    use_apart(heap, block)
    return True


@kernel
def use_apart(heap: Ptr[Heap], block: i64) -> None:
    """Lay the next objects that are longer than a line into this block."""
    heap.overflow_dirty = i64(heap.blocks[block] != CLEAN)
    heap.blocks[block] = u8(USED)
    take_lines(heap, block * BLOCK_LINES, BLOCK_LINES)
    heap.overflow_next = heap.blocks_start + (block << BLOCK_SHIFT)
    heap.overflow_end = heap.overflow_next + BLOCK
