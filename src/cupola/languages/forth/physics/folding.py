"""From counters to executions: how often each word has run follows from the counts of the blocks that it is in.

Pieces are gone through from the newest to the oldest: a word calls older ones, or itself, so that all that enter a
piece are known when its turn comes. Blocks in which a word calls itself do not depend on how often it is entered
(`planning`).
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, divide, i64, kernel
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.counts import ENTERED
from cupola.languages.forth.physics.leaving import block_at, cut, piece_at
from cupola.languages.forth.physics.sizes import EVERY, TICKS
from cupola.languages.forth.physics.tables import Block, Physics, Piece
from cupola.policy.physics.heat import begin_fold, end_fold, timed, touch
from cupola.policy.physics.window import record_word

RECURSIVE, OUTSIDE = 1, 4


@kernel
def count_of(physics: Ptr[Physics], block: Ptr[Block], entries: i64) -> i64:
    """How often a block has run, when its piece was entered `entries` times."""
    total = block.correction
    at = i64(block.first_term)
    end = at + i64(block.terms)
    while at < end:
        term = physics.terms + at
        value = entries
        if i64(term.slot) != ENTERED:
            value = physics.counters[i64(term.slot)]
            if term.cost != 1:
                value = max(divide(value, i64(term.cost)), 0)
        total += value * i64(term.factor)
        at += 1
    return total


@kernel
def fold_piece(physics: Ptr[Physics], number: i64, own: bool) -> None:
    """Add what the blocks of a piece run; with `own`, only its calls of itself, without, everything else."""
    piece = physics.pieces + number
    entries = physics.entries[number]
    at = i64(piece.first_block)
    last = at + i64(piece.blocks)
    while at < last:
        block = physics.blocks + at
        count = count_of(physics, block, entries)
        if count != 0:
            word = i64(block.first_occurrence)
            end = word + i64(block.occurrences)
            while word < end:
                one = physics.occurrences + word
                token = i64(one.token)
                if one.calls == 0:
                    if not own:
                        physics.totals[token] += count
                elif (token == i64(piece.token)) == own:
                    physics.entries[i64(physics.regions.meta[token].piece)] += count
                word += 1
        at += 1


@kernel
def add_up(vm: Ptr[VM]) -> None:
    """Make `totals` how often each word has run."""
    physics = vm.physics
    at: i64 = 0
    while at < vm.word_count:
        physics.totals[at] = physics.shortfalls[at]
        at += 1
    at = 0
    while at < physics.piece_count:
        physics.entries[at] = physics.counters[i64(physics.pieces[at].entered)]
        at += 1
    at = physics.piece_count - 1
    while at >= 0:
        piece = physics.pieces + at
        runs = i64(piece.flags) & (OUTSIDE | RECURSIVE) != 0 or physics.mode == TICKS
        if (physics.entries[at] != 0 or runs) and i64(piece.token) < vm.word_count:
            if i64(piece.flags) & RECURSIVE != 0:
                fold_piece(physics, at, True)
            fold_piece(physics, at, False)
        at -= 1


@kernel
def fold(vm: Ptr[VM], place: i64, back: i64, rp: Ptr[i64], steps: i64, most: i64) -> None:
    """Bring the metadata of all words up to date. `place` and `back` say what ran last, and `most` in how
    many words to look for what is still to come (`leaving.cut`); 0: nothing runs."""
    physics = vm.physics
    state = physics.state
    begin_fold(state)
    if physics.mode != EVERY:
        bottom = address(vm.return_bottom) - 8
        if place != 0:
            cut(vm, place, back, rp, bottom, steps, -1, most)
        add_up(vm)
        if place != 0:
            cut(vm, place, back, rp, bottom, steps, 1, most)
    bring_up(vm)
    end_fold(state, physics.regions, vm.word_count)


@kernel
def bring_up(vm: Ptr[VM]) -> None:
    """Let the metadata follow `totals`."""
    physics = vm.physics
    at: i64 = 1
    while at < vm.word_count:
        meta = physics.regions.meta + at
        more: i64 = 0
        if physics.mode == EVERY:
            more = meta.executed - physics.totals[at]
            physics.totals[at] = meta.executed
        else:
            more = physics.totals[at] - meta.executed
            meta.executed = physics.totals[at]
        if more != 0:
            touch(physics.state, meta, more)
        at += 1


@kernel
def record(vm: Ptr[VM], token: i64) -> None:
    """Count one execution."""
    physics = vm.physics
    physics.regions.meta[token].executed += 1
    record_word(physics.state, physics.regions, token)


@kernel
def instructions_of(physics: Ptr[Physics], piece: Ptr[Piece]) -> i64:
    """How many instructions a piece has."""
    total: i64 = 1
    at = i64(piece.first_block)
    while at < i64(piece.first_block) + i64(piece.blocks):
        total += i64(physics.blocks[at].steps)
        at += 1
    return total


@kernel
def sample(vm: Ptr[VM], place: i64, steps: i64, nanoseconds: i64) -> None:
    """At a tick, `nanoseconds` after the last: what runs here goes into the window, and takes, for its latency, a
    share of the time by its instructions; where nothing else counts, it is taken for what ran since."""
    physics = vm.physics
    since = steps - physics.last_steps
    physics.last_steps = steps
    number = piece_at(physics, place)
    if number < 0:
        return
    found = block_at(physics, number, place)
    if found < 0:
        return
    block = physics.blocks + found
    if physics.mode == TICKS:
        block.correction += since // max(i64(block.steps), 1)
    if since > 0 and physics.state.latency_every != 0:
        piece = physics.pieces + number
        size = instructions_of(physics, piece)
        timed(physics.regions.meta + i64(piece.token), nanoseconds * size // since)
    if physics.mode != EVERY:
        at = i64(block.first_occurrence)
        while at < i64(block.first_occurrence) + i64(block.occurrences):
            record_word(physics.state, physics.regions, i64(physics.occurrences[at].token))
            at += 1
