"""What the physics must hear of when the dictionary changes: new words, new meanings of names, words that are no
more."""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, i64, kernel, u32
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.folding import add_up, bring_up
from cupola.languages.forth.physics.sizes import EVERY
from cupola.policy.physics.heat import forget_word
from cupola.policy.physics.hotwords import clear, invalidate
from cupola.policy.physics.window import forget_pairs

NOBODY = 0x7FFFFFFF  # the token of a piece whose word is no more


@kernel
def created(vm: Ptr[VM], word: i64) -> None:
    """A token begins to mean a new word."""
    physics = vm.physics
    forget_word(physics.regions.meta + word)
    physics.shortfalls[word] = 0
    physics.totals[word] = 0


@kernel
def revealed(vm: Ptr[VM], hash: u32) -> None:
    """A name with that hash may mean something else from now on; all others mean what they did."""
    physics = vm.physics
    invalidate(address_of(physics.state.cache), hash)
    if physics.generation == vm.generation - 1:
        physics.generation = vm.generation


@kernel
def forgetting(vm: Ptr[VM], first: i64) -> None:
    """Words from `first` on are about to go: what the others have run so far is kept, what those ran counts no more."""
    physics = vm.physics
    clear(address_of(physics.state.cache))
    if physics.mode != EVERY:
        add_up(vm)
        bring_up(vm)
    at: i64 = 0
    while at < physics.piece_count:
        if i64(physics.pieces[at].token) >= first:
            physics.pieces[at].token = NOBODY
        at += 1
    if physics.mode != EVERY:
        before = vm.word_count
        vm.word_count = first
        add_up(vm)
        vm.word_count = before
        at = 1
        while at < first:
            physics.shortfalls[at] += physics.regions.meta[at].executed - physics.totals[at]
            at += 1
    forget_pairs(physics.state, physics.regions, first)
    physics.state.running = 0 if physics.state.running >= first else physics.state.running
