"""After marking: lines without marked objects are free, and long stretches of free blocks go back to the system."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, kernel, u8, u64
from cupola.runtime.heap.state import (
    BLOCK_LINES,
    BLOCK_SHIFT,
    DIRTY,
    FIRST_EPOCH,
    LINE_SHIFT,
    SECOND_EPOCH,
    TAKEN,
    USED,
    Heap,
)
from cupola.runtime.heap.system import give_back

EACH = 0x0101010101010101  # a byte in each of eight
assert (
    FIRST_EPOCH & SECOND_EPOCH == FIRST_EPOCH & TAKEN == SECOND_EPOCH & TAKEN == 0
)  # lines are told by one bit


@kernel
def sweep_blocks(heap: Ptr[Heap]) -> None:
    """Free the lines that are not marked, and begin to hand them out from the first one on."""
    count = (heap.blocks_top - heap.blocks_start) >> BLOCK_SHIFT
    last = 0
    for block in range(count):
        if sweep_block(heap, heap.lines + block * BLOCK_LINES):
            heap.blocks[block] = u8(USED)
            last = block + 1
        elif heap.blocks[block] == USED:
            heap.blocks[block] = u8(DIRTY)
    if heap.is_full != 0:
        last = min(count, last + spare_blocks(heap))
        last = max(last, count - (heap.release >> BLOCK_SHIFT))
        if last < count:
            if give_back(heap, heap.blocks_start + (last << BLOCK_SHIFT), (count - last) << BLOCK_SHIFT):
                count = last
    heap.blocks_top = heap.blocks_start + (count << BLOCK_SHIFT)
    heap.cursor = 0
    heap.blocks_cursor = count


@kernel
def spare_blocks(heap: Ptr[Heap]) -> i64:
    """How many free blocks to keep for what will be allocated until the next full collection."""
    live = heap.marked_lines << LINE_SHIFT
    return (max(live * (heap.policy.pause - 100) // 100, heap.policy.least) >> BLOCK_SHIFT) + 2


@kernel
def sweep_block(heap: Ptr[Heap], lines: Ptr[u8]) -> bool:
    """Free the lines of a block that are not marked, eight at a time; whether some are marked."""
    epochs = u64(heap.epoch) * EACH
    words = cast(Ptr[u64], lines)
    found: u64 = 0
    for place in range(BLOCK_LINES // 8):
        marked = words[place] & epochs
        words[place] = marked
        found |= marked
    return found != 0
