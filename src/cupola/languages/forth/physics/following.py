"""Which block counts as running after which, where no counter says otherwise: what `leaving` takes off again when a
block is cut short."""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, kernel
from cupola.languages.forth.compiler.effects import facts_of
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.counts import (
    NONE,
)
from cupola.languages.forth.physics.graph import leads_to, node_at
from cupola.languages.forth.physics.tables import Piece


@kernel
def name_next(vm: Ptr[VM], piece: Ptr[Piece]) -> None:
    """Note for each block the one that counts as running after it where no counter says otherwise."""
    physics = vm.physics
    number = i64(piece.first_block)
    if i64(node_at(vm, 0).block) != number:
        (physics.blocks + number).next = i32(entered(vm, 0))
    at: i64 = 0
    while at < vm.draft_count:
        if node_at(vm, at).leader != 0:
            number = i64(node_at(vm, at).block)
        if node_at(vm, at + 1).leader != 0 or at + 1 == vm.draft_count:
            (physics.blocks + number).next = i32(block_after(vm, at))
        at += 1


@kernel
def entered(vm: Ptr[VM], at: i64) -> i64:
    """The block that counts as run once more if one more way came to `at` from above, or -1: where a counter stands
    nothing changes; a loop whose rounds are known is left once more."""
    while at < vm.draft_count:
        node = node_at(vm, at)
        if node.back == 0:
            return i64(node.block) if node.block_slot == 0 else NONE
        last = i64(node.last)
        if facts_of(vm, vm.draft + last).ends != 0:
            return i64(node.block) if i64(node.end) >= 0 and node.block_slot == 0 else NONE
        if node.back != 1 or node_at(vm, last + 1).fall_slot != 0:
            return NONE
        at = last + 1
    return NONE


@kernel
def block_after(vm: Ptr[VM], at: i64) -> i64:
    """The same, if the last instruction of a block were reached once more."""
    one = vm.draft + at
    ends = facts_of(vm, one).ends != 0
    below = NONE if node_at(vm, at + 1).fall_slot != 0 else entered(vm, at + 1)
    target = leads_to(vm, one)
    if target < 0:
        return NONE if ends else below
    if target <= at:
        if ends:
            return entered(vm, at + 1) if node_at(vm, at).phantom != 0 else NONE
        return below
    if ends or node_at(vm, at).way_out != 0:
        return entered(vm, target)
    counted = node_at(vm, at + 1).fall_slot != 0 or node_at(vm, at + 1).block_slot != 0
    return entered(vm, target) if counted else below
