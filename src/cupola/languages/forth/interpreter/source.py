"""The input source: the current line, the text that it comes from, and how both are put aside and taken back.

The text interpreter reads a line in the data space, from the offset in >IN. Files and what the driver gives
are texts of many lines: `text_next` to `text_end` is what follows the current line. EVALUATE has a line and
no text, and so has LOAD: a copy of the block, which stays while its buffer is used for others.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, u64
from cupola.languages.forth.constants import BLK_CELL, IN_CELL
from cupola.languages.forth.interpreter.scanning import find_byte
from cupola.languages.forth.machine import VM, cell_at, data, good_range

SOURCE_CELLS = 10
CATCH_CELLS = 7 + SOURCE_CELLS  # of a CATCH frame below its return address, which `catch_frames` describes
NEWLINE, RETURN = 10, 13
FROM_STRING, FROM_BLOCK = -1, -2  # the source-id of EVALUATE, and of LOAD


@inline
def save_source(vm: Ptr[VM], place: Ptr[i64]) -> None:
    """Store the source in `SOURCE_CELLS` cells at `place`."""
    place[0] = vm.source
    place[1] = vm.source_length
    place[2] = cell_at(vm, IN_CELL)[0]
    place[3] = vm.text_next
    place[4] = vm.text_end
    place[5] = vm.line_number
    place[6] = vm.source_id
    place[7] = vm.file
    place[8] = vm.data_top
    place[9] = cell_at(vm, BLK_CELL)[0]


@inline
def restore_source(vm: Ptr[VM], place: Ptr[i64]) -> None:
    """Go back to the source that `save_source` stored; texts of files that were loaded since are given up."""
    vm.source = place[0]
    vm.source_length = place[1]
    cell_at(vm, IN_CELL)[0] = place[2]
    vm.text_next = place[3]
    vm.text_end = place[4]
    vm.line_number = place[5]
    vm.source_id = place[6]
    vm.file = place[7]
    vm.data_top = place[8]
    cell_at(vm, BLK_CELL)[0] = place[9]


@inline
def set_line(vm: Ptr[VM], start: i64, length: i64) -> None:
    """Read from a line, from its start."""
    vm.source = start
    vm.source_length = length
    cell_at(vm, IN_CELL)[0] = 0


@inline
def read_offset(vm: Ptr[VM]) -> i64:
    """>IN, which the program may have set to anything, as an offset in the line."""
    offset = cell_at(vm, IN_CELL)[0]
    return vm.source_length if u64(offset) > u64(vm.source_length) else offset


@inline
def set_offset(vm: Ptr[VM], offset: i64) -> None:
    cell_at(vm, IN_CELL)[0] = offset


@kernel
def next_line(vm: Ptr[VM]) -> bool:
    """Go on to the next line of the text; false at its end, or if there is no text."""
    start = vm.text_next
    limit = vm.text_end
    if start >= limit or not good_range(vm, start, limit - start):
        return False
    stop = start + find_byte(data(vm, start), 0, limit - start, NEWLINE)
    vm.text_next = stop + 1
    if stop > start and i64(data(vm, stop - 1)[0]) == RETURN:
        stop -= 1
    vm.line_number += 1
    set_line(vm, start, stop - start)
    return True


@inline
def set_text(vm: Ptr[VM], start: i64, length: i64) -> None:
    """Read from a text of many lines; the first is not yet the current one."""
    set_line(vm, start, 0)
    cell_at(vm, BLK_CELL)[0] = 0
    vm.text_next = start
    vm.text_end = start + length
    vm.line_number = 0
