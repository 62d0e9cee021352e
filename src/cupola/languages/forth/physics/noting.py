"""Notes, while a definition is compiled, which of its instructions was which word.

A word may leave no instruction of its own, where constants are folded: then it is noted with the one that does its
work.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i32, i64, inline, kernel, null, sizeof
from cupola.languages.forth.machine import VM, Draft
from cupola.languages.forth.physics.sizes import MOST_NOTES
from cupola.languages.forth.physics.tables import Physics


@inline
def physics_on(vm: Ptr[VM]) -> bool:
    return vm.physics != null(Ptr[Physics])


@kernel
def draft_start(vm: Ptr[VM]) -> i64:
    """How many instructions of other drafts, open around this one, lie before it."""
    return (address(vm.draft) - vm.physics.draft_base) // sizeof(Draft)


@kernel
def forget_notes(vm: Ptr[VM]) -> None:
    """A draft begins: forget what was noted of one at the same place."""
    physics = vm.physics
    first = draft_start(vm)
    while physics.note_count > 0 and i64(physics.notes[physics.note_count - 1].place) >= first:
        physics.note_count -= 1


@kernel
def note(vm: Ptr[VM], token: i64, before: i64) -> None:
    """Note that what was appended since the draft had `before` instructions is the word `token`."""
    physics = vm.physics
    if physics.note_count >= MOST_NOTES:
        physics.overflow = 1
        return
    place = draft_start(vm) + max(min(before, vm.draft_count - 1), 0)
    at = physics.note_count - 1
    while at >= 0 and i64(physics.notes[at].place) > place:  # folded into an earlier instruction
        physics.notes[at].place = i32(place)
        at -= 1
    made = physics.notes + physics.note_count
    made.token = i32(token)
    made.place = i32(place)
    physics.note_count += 1


@kernel
def note_taken_in(vm: Ptr[VM], token: i64, place: i64, before: i64) -> None:
    """Instruction `place` of the word `token` was taken in; `before` as in `note`: the words that it was there."""
    physics = vm.physics
    number = i64(physics.regions.meta[token].piece)
    if number < 0:
        return
    piece = physics.pieces + number
    block = i64(piece.first_block)
    while block < i64(piece.first_block) + i64(piece.blocks):
        row = physics.blocks + block
        at = i64(row.first_occurrence)
        while at < i64(row.first_occurrence) + i64(row.occurrences):
            if i64(physics.occurrences[at].place) == place and physics.occurrences[at].calls == 0:
                note(vm, i64(physics.occurrences[at].token), before)
            at += 1
        block += 1


@kernel
def settle_notes(vm: Ptr[VM]) -> None:
    """A draft is complete: what was noted of instructions that it has lost since goes to its last one."""
    physics = vm.physics
    last = draft_start(vm) + vm.draft_count - 1
    at = physics.note_count - 1
    while at >= 0 and i64(physics.notes[at].place) > last:
        physics.notes[at].place = i32(last)
        at -= 1
