"""The BLOCK words. A block that is in a buffer is found here, natively; the driver reads and writes them:
`block_store` serves it, `block_file` has the file.

The buffers lie in the data space; who has which block stands in a table that no guest address reaches. When the option
`block-prefetch` is on, which block followed which is counted, and what the driver read ahead is taken from spare
buffers: they change places with the buffer that would have been read into, so that a program sees the same.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, address_of, cast, i64, inline, kernel, null, struct, u8, u64
from cupola.language import Cell, exit_
from cupola.languages.forth.constants import (
    BLK_CELL,
    BLOCK_BUFFERS,
    BLOCK_OPERATIONS,
    BLOCK_TABLE_OFFSET,
    MOST_BLOCKS,
    PREFETCH_BUFFERS,
    SCR_CELL,
    TRANSITIONS,
    UPCALL_BLOCK,
)
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.source import FROM_BLOCK, set_line
from cupola.languages.forth.machine import VM, Machine, cell_at, good_range, step_over
from cupola.languages.forth.options import acted, is_on
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, BAD_BLOCK, check, fail
from cupola.policy.options import BLOCK_PREFETCH

BLOCK_BYTES, BLOCK_LINE = 1024, 64
OPERATION = {name: number for number, name in enumerate(BLOCK_OPERATIONS)}
BLOCK, BUFFER, LOAD, USE = (OPERATION[name] for name in ("block", "buffer", "load", "use"))


@struct
class Row:
    """A buffer: the number of its block and 1 (0: none), whether it was changed, when it was used, and its guest
    address."""

    number: i64
    dirty: i64
    stamp: i64
    place: i64


@struct
class Transition:
    """Which block followed a block (its number and 1) most, and by how many times more than others."""

    number: i64
    next: i64
    count: i64
    spare: i64


@struct
class Table:
    """All of it; `block_store` reads and writes it as cells."""

    clock: i64
    current: i64  # the place in `rows` of what UPDATE marks, and 1; 0: nothing
    last: i64  # the block that was asked for last
    spare: Array[i64, 5]
    rows: Array[Row, BLOCK_BUFFERS + PREFETCH_BUFFERS]
    transitions: Array[Transition, TRANSITIONS]


@inline
def table_of(vm: Ptr[VM]) -> Ptr[Table]:
    return cast(Ptr[Table], cast(Ptr[u8], vm) + BLOCK_TABLE_OFFSET)


@kernel
def find_row(vm: Ptr[VM], number: i64, first: i64, count: i64) -> Ptr[Row]:
    """The buffer, one of `count`, that has the block, or null."""
    table = table_of(vm)
    for each in range(count):
        row = address_of(table.rows[first + each])
        if row.number == number + 1:
            return row
    return null(Ptr[Row])


@kernel
def oldest_row(vm: Ptr[VM]) -> Ptr[Row]:
    """The buffer that was not used for longest."""
    table = table_of(vm)
    oldest = address_of(table.rows[0])
    for each in range(1, BLOCK_BUFFERS):
        row = address_of(table.rows[each])
        if row.stamp < oldest.stamp:
            oldest = row
    return oldest


@kernel
def learn(vm: Ptr[VM], number: i64) -> None:
    """Count that this block followed the last one."""
    table = table_of(vm)
    known = address_of(table.transitions[table.last & (TRANSITIONS - 1)])
    if known.number == table.last + 1 and known.next == number:
        known.count += 1
    elif known.number == table.last + 1 and known.count > 1:
        known.count -= 1
    else:
        known.number = table.last + 1
        known.next = number
        known.count = 1
    table.last = number


@kernel
def take_ahead(vm: Ptr[VM], number: i64) -> Ptr[Row]:
    """The buffer of a block that was read ahead, in the place of the oldest one; null if it was not, or if that one
    must be written before."""
    ahead = find_row(vm, number, BLOCK_BUFFERS, PREFETCH_BUFFERS)
    row = oldest_row(vm)
    if ahead == null(Ptr[Row]) or row.dirty != 0:
        return null(Ptr[Row])
    place = row.place
    row.number = ahead.number
    row.place = ahead.place
    ahead.number = 0
    ahead.stamp = 0
    ahead.place = place
    acted(vm, BLOCK_PREFETCH)
    return row


@kernel
def find_block(vm: Ptr[VM], number: i64, wanted: bool) -> i64:
    """The address of a block that is in memory, which is then the current one, or 0. `wanted`: not only a buffer."""
    if u64(number) >= u64(MOST_BLOCKS):
        return 0
    row = find_row(vm, number, 0, BLOCK_BUFFERS)
    if wanted and is_on(vm, BLOCK_PREFETCH):
        learn(vm, number)
        if row == null(Ptr[Row]):
            row = take_ahead(vm, number)
    if row == null(Ptr[Row]):
        return 0
    table = table_of(vm)
    table.clock += 1
    row.stamp = table.clock
    table.current = row - address_of(table.rows[0]) + 1
    return row.place


@inline
def ask(m: Machine, operation: i64, first: i64, second: i64) -> None:
    """Say what the driver must do; to leave for it is the next thing to do."""
    m.vm.request[0] = operation
    m.vm.request[1] = first
    m.vm.request[2] = second
    step_over(m)


@forth.instruction(name="check request", cold=True)
def check_request(m: Machine) -> None:
    """Throw what the driver could not do."""
    code = m.vm.request[2]
    if code != 0:
        fail(m.vm, code)
    check(m)


@forth.instruction(name="find block", cold=True)
def find_block_word(m: Machine, number: Cell) -> Cell:
    """( u -- a-addr ) the buffer of a block, which the driver reads if need be"""
    place = find_block(m.vm, number, True)
    if place != 0:
        m.vm.request[2] = 0
        return place
    ask(m, BLOCK, number, 0)
    exit_(UPCALL_BLOCK)


@forth.instruction(name="find buffer", cold=True)
def find_buffer_word(m: Machine, number: Cell) -> Cell:
    """( u -- a-addr ) a buffer for a block, which is not read"""
    place = find_block(m.vm, number, False)
    if place != 0:
        m.vm.request[2] = 0
        return place
    ask(m, BUFFER, number, 0)
    exit_(UPCALL_BLOCK)


@forth.instruction(name="update", cold=True, facts=known_as("update"))
def update_word(m: Machine) -> None:
    """Note that the current block was changed: the one that BLOCK or BUFFER gave last."""
    table = table_of(m.vm)
    if u64(table.current - 1) >= u64(BLOCK_BUFFERS):
        fail(m.vm, BAD_BLOCK)
    check(m)
    table.rows[table.current - 1].dirty = 1


@forth.instruction(name="updated?", cold=True, facts=known_as("updated?"))
def updated_word(m: Machine, number: Cell) -> Cell:
    """( u -- flag ) whether the block is in a buffer and was changed"""
    row = find_row(m.vm, number, 0, BLOCK_BUFFERS)
    return -1 if row != null(Ptr[Row]) and row.dirty != 0 else 0


def asker(name: str) -> None:
    """Define the instruction that lets the driver do something with all buffers."""
    operation = OPERATION[name]

    def ask_driver(m: Machine) -> None:
        ask(m, operation, 0, 0)
        exit_(UPCALL_BLOCK)

    ask_driver.__doc__ = f"Let the driver do {name.upper()}."
    ask_driver.__qualname__ = f"ask_block_operation_{operation}"
    forth.instruction(ask_driver, name=f"ask {name}", cold=True)


asker("save-buffers")
asker("flush")
asker("empty-buffers")


@forth.instruction(name="ask use", cold=True)
def ask_use(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) Let the driver go on with another file of blocks."""
    check_range(m, start, length)
    ask(m, USE, start, length)
    exit_(UPCALL_BLOCK)


# --- blocks as sources ------------------------------------------------------------------------------------------------


@kernel
def ask_block_text(vm: Ptr[VM], number: i64, place: i64) -> None:
    """Say that the driver must put the text of a block at `place` (0: where there is room)."""
    vm.request[0] = LOAD
    vm.request[1] = number
    vm.request[2] = place


@kernel
def begin_block(vm: Ptr[VM]) -> None:
    """Let the text that the driver fetched be the source, if it could."""
    place, number, code = vm.request[0], vm.request[1], vm.request[2]
    if code != 0:
        fail(vm, code)
        return
    if not good_range(vm, place, BLOCK_BYTES):
        fail(vm, BAD_ADDRESS)
        return
    set_line(vm, place, BLOCK_BYTES)
    vm.text_next = 0
    vm.text_end = 0
    vm.source_id = FROM_BLOCK
    cell_at(vm, BLK_CELL)[0] = number


@forth.instruction(name="ask load", cold=True)
def ask_load(m: Machine, number: Cell) -> None:
    """( u -- ) Let the driver fetch the text of a block."""
    ask_block_text(m.vm, number, 0)
    step_over(m)
    exit_(UPCALL_BLOCK)


@forth.instruction(name="ask next block", cold=True)
def ask_next_block(m: Machine) -> None:
    """Let the driver fetch the block behind the one that is the source."""
    if m.vm.source_id != FROM_BLOCK:
        fail(m.vm, BAD_BLOCK)
    check(m)
    ask_block_text(m.vm, cell_at(m.vm, BLK_CELL)[0] + 1, m.vm.source)
    step_over(m)
    exit_(UPCALL_BLOCK)


@forth.instruction(name="take block", cold=True)
def take_block(m: Machine) -> None:
    """Let the text that the driver fetched be the source."""
    begin_block(m.vm)
    check(m)


@forth.instruction(name="blk", cold=True, facts=known_as("blk"))
def blk_word() -> Cell:
    """( -- a-addr ) the number of the block that is the source, 0 if none is; for reading only"""
    return BLK_CELL


@forth.instruction(name="scr", cold=True, facts=known_as("scr"))
def scr_word() -> Cell:
    """( -- a-addr ) the number of the block that LIST showed last"""
    return SCR_CELL
