"""The ways that lead on from an instruction: how its count is divided among them, and which of them gets a counter.

`planning` walks over the draft with this; the present count is what `counts` holds.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, i32, i64, kernel
from cupola.languages.forth.compiler.draft import ENTRY
from cupola.languages.forth.compiler.effects import calls_word, facts_of
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.counts import (
    ENTERED,
    WIDE,
    add_edge,
    add_term,
    add_terms,
    add_ways_in,
    copy_current,
    new_counter,
    nothing,
    only,
)
from cupola.languages.forth.physics.graph import leads_to, node_at


@kernel
def give_counter(vm: Ptr[VM], at: i64) -> None:
    """Count the block at `at` by a counter of its own."""
    node = node_at(vm, at)
    slot = i64(node.forced) if node.forced != 0 else new_counter(vm.physics)
    node.block_slot = i32(slot)
    only(vm.physics, slot)


@kernel
def add_early_exits(vm: Ptr[VM], head: i64, end: i64, factor: i64) -> None:
    """Add the counters of the blocks that leave a loop for good."""
    at = head
    while at <= end:
        node = node_at(vm, at)
        if node.leader != 0 and node.forced != 0:
            add_term(vm.physics, i64(node.forced), factor, 1)
        at += 1


@kernel
def calls_itself(vm: Ptr[VM], start: i64) -> bool:
    """Whether the block at `start` calls the word that is being defined."""
    at = start
    while at < vm.draft_count and (at == start or node_at(vm, at).leader == 0):
        one = vm.draft + at
        if calls_word(vm, one) and one.operand == vm.current:
            return True
        at += 1
    return False


@kernel
def flow_on(vm: Ptr[VM], at: i64) -> bool:
    """Divide the present count among the ways that lead on from the instruction; whether one falls through."""
    physics = vm.physics
    one = vm.draft + at
    ends = facts_of(vm, one).ends != 0
    target = leads_to(vm, one)
    if target < 0:
        return not ends
    if target <= at:
        if not ends:
            leave_loop(vm, at, target)
        return not ends
    if ends:
        add_edge(physics, target)
        return False
    divide(vm, at, target)
    return True


@kernel
def leave_loop(vm: Ptr[VM], at: i64, head: i64) -> None:
    """Make the present count, at a branch back to `head` on a condition, that of not going back."""
    physics = vm.physics
    if node_at(vm, head).back != 1 or i64(node_at(vm, head).block) < 0:
        count_fall(vm, at)
        return
    row = physics.blocks + i64(node_at(vm, head).block)
    add_terms(physics, physics.terms + i64(row.first_term), i64(row.terms), -1)
    if i64(vm.draft[head].flags) & ENTRY != 0 or physics.current_count == WIDE:
        count_fall(vm, at)
        return
    if head == 0:
        add_term(physics, ENTERED, 1, 1)
    else:
        add_ways_in(physics, head, 1)
    if physics.current_count == WIDE:
        count_fall(vm, at)


@kernel
def count_fall(vm: Ptr[VM], at: i64) -> None:
    """Count those who go on behind the instruction by a counter."""
    node = node_at(vm, at + 1)
    slot: i64 = 0
    if node.forced != 0 and node.ways == 0:
        slot = i64(node.forced)
    else:
        slot = new_counter(vm.physics)
        node.fall_slot = i32(slot)
    only(vm.physics, slot)


@kernel
def divide(vm: Ptr[VM], at: i64, target: i64) -> None:
    """Divide the present count between the two ways of a branch on a condition to `target`, further down."""
    physics = vm.physics
    if node_at(vm, at).way_out != 0:
        follow_way_out(vm, at, target)
        return
    if skips_loop(vm, at, target) and physics.current_count != WIDE:
        slot = new_counter(
            physics
        )  # nobody counts there: who goes into the loop comes out where those are who did not
        add_term(physics, slot, -1, 1)
        add_edge(physics, target)
        only(physics, slot)
        return
    if physics.current_count == WIDE:
        add_edge(physics, target)
        count_fall(vm, at)
        return
    if is_counted_there(vm, target):
        node = node_at(vm, target)
        if node.forced == 0:
            node.forced = i32(new_counter(physics))
        add_term(physics, i64(node.forced), -1, 1)
        add_counter_edge(vm, i64(node.forced), target)
        return
    count_fall_of(vm, at, target)


@kernel
def skips_loop(vm: Ptr[VM], at: i64, target: i64) -> bool:
    """Whether the instruction is a `?do` whose loop, right behind it, falls out where the `?do` goes."""
    if i64(vm.draft[at].opcode) != forth["?do"].opcode:
        return False
    head = node_at(vm, at + 1)
    if head.back != 1 or i64(head.last) + 1 != target or node_at(vm, target).block_slot != 0:
        return False
    return i64(head.ways) == 1 and facts_of(vm, vm.draft + i64(head.last)).ends == 0


@kernel
def add_counter_edge(vm: Ptr[VM], slot: i64, target: i64) -> None:
    """Note that a counter counts one way to `target`; the present count stays."""
    physics = vm.physics
    kept = physics.current_count
    first = address_of(physics.current[0])
    before_slot, before_factor, before_cost = first.slot, first.factor, first.cost
    only(physics, slot)
    add_edge(physics, target)
    first.slot = before_slot
    first.factor = before_factor
    first.cost = before_cost
    physics.current_count = kept


@kernel
def count_fall_of(vm: Ptr[VM], at: i64, target: i64) -> None:
    """Count those who fall through; the others, who go to `target`, are the rest."""
    physics = vm.physics
    node = node_at(vm, at + 1)
    slot: i64 = 0
    if node.forced != 0 and node.ways == 0:
        slot = i64(node.forced)
    else:
        slot = new_counter(physics)
        node.fall_slot = i32(slot)
    add_term(physics, slot, -1, 1)
    add_edge(physics, target)
    only(physics, slot)


@kernel
def follow_way_out(vm: Ptr[VM], at: i64, target: i64) -> None:
    """The one way out of a loop that the budget counts: who came in goes out here, unless they left before."""
    physics = vm.physics
    head = at
    while i64(node_at(vm, head).end) < 0 or node_at(vm, head).inside != node_at(vm, at).inside:
        head -= 1
    end = i64(node_at(vm, head).end)
    phantom = i64(node_at(vm, end).phantom)
    add_ways_or_entries(vm, head, -1)
    add_early_exits(vm, head, end, 1)
    add_term(physics, phantom, 1, 1)
    kept = physics.scratch_count
    if physics.current_count == WIDE:
        physics.overflow = 1
        return
    # what stays, set aside while the way out is noted
    copy_current(physics, physics.scratch + kept)
    count = physics.current_count
    physics.scratch_count += count
    nothing(physics)
    add_ways_or_entries(vm, head, 1)
    add_early_exits(vm, head, end, -1)
    add_edge(physics, target)
    nothing(physics)
    add_terms(physics, physics.scratch + kept, count, 1)


@kernel
def add_ways_or_entries(vm: Ptr[VM], head: i64, factor: i64) -> None:
    """Add how often the loop at `head` is entered."""
    if head == 0:
        add_term(vm.physics, ENTERED, factor, 1)
    else:
        add_ways_in(vm.physics, head, factor)


@kernel
def is_counted_there(vm: Ptr[VM], target: i64) -> bool:
    """Whether a counter at `target` counts exactly one way to it, and is wanted there anyway."""
    node = node_at(vm, target)
    if node.ways != 1 or node.back != 0 or facts_of(vm, vm.draft + (target - 1)).ends == 0:
        return False
    return node.forced != 0 or calls_itself(vm, target)
