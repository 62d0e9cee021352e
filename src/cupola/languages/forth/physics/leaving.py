"""Straight runs that are cut short: by an error, by the end of the program, or because somebody asks in the middle.

Blocks are counted where they begin, or follow from others. When control leaves for good in the middle of one (THROW),
the words behind that place did not run, and neither did the blocks that seem to follow: they are taken off again, in
each word from the one that failed up to the CATCH. When somebody asks for the heat of a word the same is done for a
moment.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, u8, u64
from cupola.languages.forth.constants import CODE_OFFSET
from cupola.languages.forth.interpreter.source import CATCH_CELLS
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.sizes import BLOCKS
from cupola.languages.forth.physics.tables import Physics
from cupola.tiers.headers import OPCODE_BITS
from cupola.tiers.layout import Header

PLANNED = 2
ALL = -1  # frames: no limit


@inline
def steps_of(vm: Ptr[VM], budget: i64) -> i64:
    """The work done so far."""
    return vm.context.granted - budget


@kernel
def piece_at(physics: Ptr[Physics], place: i64) -> i64:
    """The number of the piece that a guest address lies in, or -1. Pieces are in the order of their addresses."""
    low: i64 = 0
    high = physics.piece_count
    while low < high:
        middle = (low + high) // 2
        if i64(physics.pieces[middle].start) <= place:
            low = middle + 1
        else:
            high = middle
    if low == 0 or place >= i64(physics.pieces[low - 1].end):
        return -1
    return low - 1


@kernel
def block_at(physics: Ptr[Physics], number: i64, place: i64) -> i64:
    """The number of the block of a piece that a guest address lies in, or -1."""
    piece = physics.pieces + number
    low = i64(piece.first_block)
    first = low
    high = low + i64(piece.blocks)
    while low < high:
        middle = (low + high) // 2
        if i64(physics.blocks[middle].pc) <= place:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low > first else -1


@kernel
def cut_block(physics: Ptr[Physics], place: i64, steps: i64, sign: i64) -> None:
    """Take off (`sign` -1) or put back (1) what was counted in advance in the piece around `place`, whose instruction
    is the last that runs there."""
    number = piece_at(physics, place)
    if number < 0 or i64(physics.pieces[number].flags) & PLANNED == 0:
        return
    found = block_at(physics, number, place)
    if found < 0:
        return
    block = physics.blocks + found
    at = i64(block.first_occurrence)
    while at < i64(block.first_occurrence) + i64(block.occurrences):
        one = physics.occurrences + at
        if i64(one.pc) > place:
            if one.calls != 0:
                called = physics.pieces + i64(physics.regions.meta[i64(one.token)].piece)
                physics.counters[i64(called.entered)] += sign
            else:
                physics.shortfalls[i64(one.token)] += sign
        at += 1
    if i64(block.open_slot) > 0:
        physics.counters[i64(block.open_slot)] -= sign * steps
        if i64(block.phantom) > 0:
            physics.counters[i64(block.phantom)] -= sign
    follow = i64(block.next)
    while follow >= 0:
        physics.blocks[follow].correction += sign
        follow = i64(physics.blocks[follow].next)


@kernel
def cells_above(vm: Ptr[VM], pc: i64) -> i64:
    """How far the next return address lies below the top of the return stack, for guest code at `pc`."""
    if pc == address(vm.catch_end):
        return CATCH_CELLS
    return (i64(cast(Ptr[Header], pointer(Ptr[u8], pc)).packed) >> OPCODE_BITS) + 1


@kernel
def cut(
    vm: Ptr[VM], start: i64, back: i64, rp: Ptr[i64], bottom: i64, steps: i64, sign: i64, most: i64
) -> None:
    """`cut_block` for all words from the one at the guest address `start` to the one whose return address lies right
    above `bottom`, but no more than `most`. With `back` 0 the instruction at `start` is the last that ran, with 1 the
    one before it."""
    physics = vm.physics
    if physics.mode != BLOCKS:
        return
    physics.corrected += 1
    here = start - back
    at = address(rp)
    pc = start
    going = True
    turn: i64 = 0
    first_code = address(vm) + CODE_OFFSET
    code_bytes = address(vm.code_next) - first_code
    while going:
        cut_block(physics, here, steps, sign)
        at -= cells_above(vm, pc) * 8
        turn += 1
        if at <= bottom or turn == most:
            going = False
        else:
            pc = pointer(Ptr[i64], at)[0]
            here = pc - 1
            going = u64(pc - first_code) < u64(code_bytes)


@kernel
def cut_short(vm: Ptr[VM], pc: Ptr[u8], rp: Ptr[i64], steps: i64, frame: Ptr[i64], cells: i64) -> None:
    """A THROW goes back to the CATCH frame `frame`, which has `cells` cells below the return address."""
    if vm.physics != null(Ptr[Physics]):
        cut(vm, address(pc), 0, rp, address(frame + cells), steps, -1, ALL)
