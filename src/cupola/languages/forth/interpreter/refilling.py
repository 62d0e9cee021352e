"""REFILL, SAVE-INPUT and RESTORE-INPUT: going on in the source, and back.

Lines of a text are all there. The next line of the user's input, and another block, the driver must fetch: words that
may need it are pieces of guest code, an instruction that asks and one that takes.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel
from cupola.language import Cell, exit_
from cupola.languages.forth.compiler.compiling import need_cells
from cupola.languages.forth.constants import BLK_CELL, SLACK_CELLS, UPCALL_BLOCK, UPCALL_REFILL
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.source import FROM_BLOCK, next_line, read_offset, set_line, set_offset
from cupola.languages.forth.machine import VM, Machine, cell_at, good_range, step_over
from cupola.languages.forth.storage.blocks import ask_block_text, begin_block
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, BAD_BLOCK, check, fail

CANNOT_RESTORE, RESTORED, FETCHING = -1, 0, 1


@forth.instruction(name="ask line", cold=True)
def ask_line(m: Machine) -> None:
    """Let the driver read a line of the user's input, or the next block, if that is what REFILL must give."""
    m.vm.request[1] = -1
    if m.vm.source_id == FROM_BLOCK:
        ask_block_text(m.vm, cell_at(m.vm, BLK_CELL)[0] + 1, m.vm.source)
        step_over(m)
        exit_(UPCALL_BLOCK)
    if m.vm.source_id == 0 and m.vm.text_next >= m.vm.text_end:
        step_over(m)
        exit_(UPCALL_REFILL)


@forth.instruction(name="take line", cold=True)
def take_line(m: Machine) -> Cell:
    """( -- flag ) Go on with what the driver has read, or with the next line of the text."""
    if m.vm.source_id == FROM_BLOCK:
        code = m.vm.request[2]
        if code == BAD_BLOCK:
            return 0
        begin_block(m.vm)
        check(m)
        return -1
    length = m.vm.request[1]
    m.vm.request[1] = -1
    if length >= 0 and good_range(m.vm, m.vm.request[0], length):
        set_line(m.vm, m.vm.request[0], length)
        m.vm.line_number += 1
        return -1
    return -i64(next_line(m.vm))


@forth.instruction(name="(source!)", cold=True, facts=known_as("(source!)"))
def set_source_word(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) Let a text in memory be the current line; what followed the line before follows it."""
    check_range(m, start, length)
    set_line(m.vm, start, length)


@forth.instruction(name="save-input", cold=True, facts=known_as("save-input"))
def save_input(m: Machine) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell, Cell]:
    """( -- x*6 6 ) where the source is being read"""
    vm = m.vm
    number = cell_at(vm, BLK_CELL)[0] if vm.source_id == FROM_BLOCK else vm.line_number
    return vm.source, vm.source_length, vm.text_next, number, vm.source_id, read_offset(vm), 6


@kernel
def restore_input(vm: Ptr[VM], saved: Ptr[i64]) -> i64:
    """Go back to what SAVE-INPUT left (topmost cell first): done, not possible because that is not the present source,
    or to be fetched."""
    offset, id, number, following, length, start = saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]
    if id != vm.source_id or length < 0 or not good_range(vm, start, length):
        return CANNOT_RESTORE
    if id < 0 and (start != vm.source or length != vm.source_length):
        return CANNOT_RESTORE
    if id == FROM_BLOCK:
        if number == cell_at(vm, BLK_CELL)[0]:
            set_offset(vm, offset)
            return RESTORED
        ask_block_text(vm, number, vm.source)
        vm.request[3] = offset
        return FETCHING
    if following != vm.text_next:
        if following < start or following > vm.text_end:
            return CANNOT_RESTORE
        vm.text_next = following
    set_line(vm, start, length)
    set_offset(vm, offset)
    vm.line_number = number
    return RESTORED


@forth.instruction(name="begin restore", cold=True, facts={"unknown_effect": True})
def begin_restore(m: Machine) -> None:
    """( x*n n -- ) Go back to where SAVE-INPUT was, or let the driver fetch the block that it was in."""
    need_cells(m, 1)
    check(m)
    cells = m.sp[0]
    if cells < 0 or cells > SLACK_CELLS:
        fail(m.vm, BAD_ADDRESS)
        check(m)
    need_cells(m, cells + 1)
    check(m)
    result: i64 = CANNOT_RESTORE
    if cells == 6:
        result = restore_input(m.vm, m.sp + 1)
    m.sp = m.sp + (cells + 1)
    m.vm.request[4] = result
    if result == FETCHING:
        step_over(m)
        exit_(UPCALL_BLOCK)


@forth.instruction(name="end restore", cold=True)
def end_restore(m: Machine) -> Cell:
    """( -- flag ) whether that was not possible"""
    result = m.vm.request[4]
    if result != FETCHING:
        return result
    if m.vm.request[2] != 0:
        return CANNOT_RESTORE
    offset = m.vm.request[3]
    begin_block(m.vm)
    check(m)
    set_offset(m.vm, offset)
    return RESTORED
