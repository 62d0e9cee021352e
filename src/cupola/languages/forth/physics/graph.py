"""The flow graph of a draft: where blocks begin, how many ways lead to each, and which loops the budget counts.

The budget is charged at the end of each round of a loop, always by the same number. Of an innermost loop that runs no
other word, what was charged between its beginning and its end is therefore the number of its rounds, and no counter
need be in it: the work done so far is taken off a counter where the loop opens, and added where it closes.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel, struct
from cupola.languages.forth.compiler.draft import ENTRY
from cupola.languages.forth.compiler.effects import facts_of
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import UNKNOWN_EFFECT
from cupola.languages.forth.machine import VM, Draft
from cupola.languages.forth.physics.counts import NONE, new_counter
from cupola.languages.forth.physics.tables import Node


@struct
class Loop:
    """What is found out about a loop from `head` to `end`: branches in it, those that lead out behind it (on a
    condition, always), ways out of the word, and where the last way out on a condition is. `sound`: the budget can
    count it."""

    head: i64
    end: i64
    branches: i64
    conditional: i64
    always: i64
    exits: i64
    way_out: i64
    sound: i64


@inline
def node_at(vm: Ptr[VM], at: i64) -> Ptr[Node]:
    return vm.physics.nodes + at


@kernel
def leads_to(vm: Ptr[VM], one: Ptr[Draft]) -> i64:
    """The instruction that control may go to from `one`, other than the next; -1 if there is none."""
    target = i64(one.target)
    if target < 0 or i64(vm.draft[target].flags) & ENTRY != 0:
        return NONE
    return target


@kernel
def find_blocks(vm: Ptr[VM]) -> None:
    """Clear the nodes, and note where blocks begin and how many ways lead there."""
    at: i64 = 0
    while at <= vm.draft_count:
        clear_node(node_at(vm, at))
        at += 1
    node_at(vm, 0).leader = 1
    at = 0
    while at < vm.draft_count:
        one = vm.draft + at
        if i64(one.flags) & ENTRY != 0:
            node_at(vm, at).leader = 1
        target = leads_to(vm, one)
        if target >= 0:
            node = node_at(vm, target)
            node.leader = 1
            node.ways += 1
            if target <= at:
                node.back += 1
                node.last = i32(at)
        if target >= 0 or facts_of(vm, one).ends != 0:
            node_at(vm, at + 1).leader = 1
        at += 1


@kernel
def clear_node(node: Ptr[Node]) -> None:
    node.leader = 0
    node.block = NONE
    node.ways = 0
    node.back = 0
    node.edge = NONE
    node.forced = 0
    node.fall_slot = 0
    node.block_slot = 0
    node.open_outer = 0
    node.open_inner = 0
    node.close_outer = 0
    node.close_inner = 0
    node.loop = 0
    node.inside = 0
    node.phantom = 0
    node.way_out = 0
    node.end = NONE
    node.last = NONE


@kernel
def find_loops(vm: Ptr[VM], found: Ptr[Loop]) -> None:
    """Prepare all loops that the budget can count."""
    at: i64 = 0
    while at < vm.draft_count:
        target = leads_to(vm, vm.draft + at)
        if target >= 0 and target <= at:
            found.head = target
            found.end = at
            look_at_loop(vm, found)
            if found.sound != 0:
                prepare_loop(vm, found)
        at += 1


@kernel
def look_at_loop(vm: Ptr[VM], loop: Ptr[Loop]) -> None:
    """Whether the budget can count a loop: it must run nothing else that is charged, and every way in and out must be
    known."""
    loop.branches = 0
    loop.conditional = 0
    loop.always = 0
    loop.exits = 0
    loop.way_out = NONE
    loop.sound = 0
    ways: i64 = 0
    head, end = loop.head, loop.end
    if i64(node_at(vm, head).back) != 1 or i64(node_at(vm, head).ways) != 1:
        return
    at = head
    while at <= end:
        one = vm.draft + at
        facts = facts_of(vm, one)
        opcode = i64(one.opcode)
        charged = i64(facts.heat_offset) != 0 and at != end
        if charged or opcode == forth["call"].opcode or i64(facts.flags) & UNKNOWN_EFFECT != 0:
            return
        if i64(one.flags) & ENTRY != 0 or opcode == forth["tail"].opcode:
            return
        if at > head:
            ways += i64(node_at(vm, at).ways)
        target = i64(one.target)
        if opcode == forth["exit"].opcode:
            loop.exits += 1
        elif target == end + 1:
            if facts.ends != 0:
                loop.always += 1
            else:
                loop.conditional += 1
                loop.way_out = at
        elif target > head and target <= end:
            loop.branches += 1
        elif target >= 0 and at != end:
            return
        at += 1
    if ways != loop.branches:
        return
    if loop.exits != 0:
        return  # loops that search are often short: a counter in each round costs less than opening and closing
    falls = facts_of(vm, vm.draft + end).ends == 0
    if loop.conditional > (0 if falls else 1):
        return
    if loop.conditional + loop.always != 0:
        outside = i64(node_at(vm, end + 1).ways) - loop.conditional - loop.always
        if outside != (1 if skips(vm, loop) else 0):
            return
    loop.sound = 1


@kernel
def skips(vm: Ptr[VM], loop: Ptr[Loop]) -> bool:
    """Whether the loop is right behind a `?do`, which goes to where it ends."""
    if loop.head == 0:
        return False
    before = vm.draft + (loop.head - 1)
    return i64(before.opcode) == forth["?do"].opcode and i64(before.target) == loop.end + 1


@kernel
def prepare_loop(vm: Ptr[VM], loop: Ptr[Loop]) -> None:
    """Say where the loop opens and closes, and which blocks in it need a counter: those that leave it for good."""
    physics = vm.physics
    slot = new_counter(physics)
    phantom = new_counter(physics)
    head, end = loop.head, loop.end
    falls = facts_of(vm, vm.draft + end).ends == 0
    node_at(vm, end).loop = i32(slot)
    node_at(vm, head).end = i32(end)
    if loop.conditional + loop.always == 0:
        node_at(vm, head).open_outer = i32(slot)
        node_at(vm, end + 1).close_outer = i32(slot if falls else 0)
    else:
        node_at(vm, end + 1).close_inner = i32(slot)
        if skips(vm, loop):
            node_at(vm, head - 1).open_inner = i32(slot)
        else:
            node_at(vm, head).open_outer = i32(slot)
    if loop.way_out >= 0:
        node_at(vm, loop.way_out).way_out = 1
    begin = head
    at = head
    while at <= end:
        node = node_at(vm, at)
        node.inside = i32(slot)
        node.phantom = i32(phantom if falls or (loop.way_out >= 0 and at > loop.way_out) else 0)
        if node.leader != 0:
            begin = at
        one = vm.draft + at
        leaves = i64(one.target) == end + 1 and facts_of(vm, one).ends != 0
        if leaves and node_at(vm, begin).forced == 0:
            node_at(vm, begin).forced = i32(new_counter(physics))
        at += 1
