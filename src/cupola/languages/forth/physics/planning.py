"""Where counters must stand so that the count of every block of a definition follows from them.

One walk from top to bottom, which knows at each place how often control comes there, as a sum of counters. At a branch
one side needs a counter; the other is the difference; where ways meet again they are added up. The head of a loop
needs one, unless the budget counts its rounds (`graph`). How often the whole is entered is not counted where it is
called: each block knows which calls are in it. So counters stand on the chords of a spanning tree of the flow graph,
as in Knuth and Stevenson (1973) and Ball and Larus (1994), and the graph is that of the whole program.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, kernel, local, null
from cupola.languages.forth.compiler.draft import ENTRY
from cupola.languages.forth.compiler.effects import calls_word, facts_of
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.counts import (
    ENTERED,
    NONE,
    WIDE,
    add_edge,
    add_term,
    add_ways_in,
    copy_current,
    depends_on_entries,
    new_counter,
    nothing,
    only,
)
from cupola.languages.forth.physics.following import name_next
from cupola.languages.forth.physics.graph import Loop, find_blocks, find_loops, node_at
from cupola.languages.forth.physics.noting import draft_start, settle_notes
from cupola.languages.forth.physics.sizes import (
    BLOCKS,
    MOST_BLOCKS,
    MOST_OCCURRENCES,
    MOST_PIECES,
    MOST_PLANNED,
    MOST_TERMS,
    STARTS,
)
from cupola.languages.forth.physics.tables import Block, Physics, Piece
from cupola.languages.forth.physics.ways import add_early_exits, calls_itself, flow_on, give_counter

RECURSIVE, PLANNED, OUTSIDE = 1, 2, 4  # flags of a Piece


@kernel
def open_piece(vm: Ptr[VM], token: i64) -> Ptr[Piece]:
    """A row for the piece that word `token` is getting, with its first block: the word itself. Null when the tables are
    full: then the word is not counted."""
    physics = vm.physics
    full = physics.piece_count >= MOST_PIECES or physics.block_count >= MOST_BLOCKS
    if full or physics.occurrence_count >= MOST_OCCURRENCES or physics.term_count >= MOST_TERMS:
        physics.regions.meta[token].piece = NONE
        return null(Ptr[Piece])
    slot = new_counter(physics)
    piece = physics.pieces + physics.piece_count
    piece.token = i32(token)
    piece.flags = 0
    piece.entered = i32(slot)
    piece.first_block = i32(physics.block_count)
    piece.blocks = 0
    physics.regions.meta[token].piece = i32(physics.piece_count)
    physics.piece_count += 1
    only(physics, ENTERED)
    block = open_block(physics, piece, NONE)
    add_occurrence(physics, block, token, 0, 0)
    return piece


@kernel
def plan(vm: Ptr[VM], token: i64) -> None:
    """Make the rows of the piece for the draft of word `token`, and say in the nodes where counters stand."""
    physics = vm.physics
    physics.overflow = 0
    physics.emitting = 0
    settle_notes(vm)
    piece = open_piece(vm, token)
    if piece == null(Ptr[Piece]):
        return
    if physics.mode == STARTS:
        return
    blocks, terms, counters = physics.block_count, physics.term_count, physics.counter_count
    occurrences = physics.occurrence_count
    if vm.draft_count < MOST_PLANNED and physics.counter_count != 0:
        physics.edge_count = 0
        physics.scratch_count = 0
        find_blocks(vm)
        if physics.mode == BLOCKS:
            find_loops(vm, local(Loop))
        walk(vm, piece)
        if physics.overflow == 0:
            piece.flags = i32(i64(piece.flags) | PLANNED)
            physics.emitting = 1 if physics.mode == BLOCKS else 0
            name_next(vm, piece)
            return
    physics.block_count = blocks
    physics.term_count = terms
    physics.counter_count = counters
    physics.occurrence_count = occurrences
    piece.blocks = 1
    physics.blocks[blocks - 1].occurrences = 1
    physics.unplanned += 1


@kernel
def open_block(physics: Ptr[Physics], piece: Ptr[Piece], place: i64) -> Ptr[Block]:
    """The next block of the piece; its count is the present one."""
    row = physics.blocks + physics.block_count
    row.pc = 0
    row.next = NONE
    row.first_term = i32(physics.term_count)
    row.terms = i32(physics.current_count)
    row.first_occurrence = i32(physics.occurrence_count)
    row.occurrences = 0
    row.open_slot = NONE
    row.phantom = 0
    row.correction = 0
    row.steps = 0
    row.place = i32(place)
    copy_current(physics, physics.terms + physics.term_count)
    physics.term_count += physics.current_count
    physics.block_count += 1
    piece.blocks = i32(i64(piece.blocks) + 1)
    return row


@kernel
def add_occurrence(physics: Ptr[Physics], block: Ptr[Block], token: i64, calls: i64, place: i64) -> None:
    """Note that the newest block runs a word."""
    if physics.occurrence_count >= MOST_OCCURRENCES:
        physics.overflow = 1
        return
    made = physics.occurrences + physics.occurrence_count
    made.token = i32(token)
    made.calls = i32(calls)
    made.pc = 0
    made.place = i32(place)
    physics.occurrence_count += 1
    block.occurrences = i32(i64(block.occurrences) + 1)


@kernel
def walk(vm: Ptr[VM], piece: Ptr[Piece]) -> None:
    """Walk the draft: blocks, their counts, and the words in them."""
    physics = vm.physics
    noted = first_note(vm)
    base = draft_start(vm)
    block = physics.blocks + i64(piece.first_block)
    falls = True
    at: i64 = 0
    while at < vm.draft_count and physics.overflow == 0:
        one = vm.draft + at
        node = node_at(vm, at)
        if node.leader != 0:
            if at != 0 or node.back != 0 or calls_itself(vm, 0):
                if physics.block_count >= MOST_BLOCKS or physics.term_count + WIDE >= MOST_TERMS:
                    physics.overflow = 1
                    return
                count_block(vm, at, falls)
                block = open_block(physics, piece, at)
            else:
                block.place = 0
            node.block = i32(physics.block_count - 1)
            if node.inside != 0:
                block.open_slot = node.inside
                block.phantom = node.phantom
            falls = True
        block.steps = i32(i64(block.steps) + 1)
        while noted < physics.note_count and i64(physics.notes[noted].place) == base + at:
            add_occurrence(physics, block, i64(physics.notes[noted].token), 0, at)
            noted += 1
        if calls_word(vm, one):
            if one.operand == i64(piece.token):
                piece.flags = i32(i64(piece.flags) | RECURSIVE)
            if is_counted_by_callers(vm, one.operand, i64(piece.token)):
                add_occurrence(physics, block, one.operand, 1, at)
        falls = flow_on(vm, at)
        at += 1


@kernel
def is_counted_by_callers(vm: Ptr[VM], token: i64, self: i64) -> bool:
    """Whether calls of a word enter its piece behind the counter of entries."""
    if token == self:
        return True
    physics = vm.physics
    number = i64(physics.regions.meta[token].piece)
    word = vm.words + token
    if number < 0 or word.entry != word.start:
        return False
    return i64(physics.pieces[number].flags) & PLANNED != 0


@kernel
def first_note(vm: Ptr[VM]) -> i64:
    """The first note of the present draft."""
    physics = vm.physics
    base = draft_start(vm)
    first = physics.note_count
    while first > 0 and i64(physics.notes[first - 1].place) >= base:
        first -= 1
    return first


@kernel
def count_block(vm: Ptr[VM], at: i64, falls: bool) -> None:
    """Make the present count that of the block at `at`; `falls`: control may come from above it."""
    physics = vm.physics
    node = node_at(vm, at)
    if i64(vm.draft[at].flags) & ENTRY != 0:
        piece = physics.pieces + (physics.piece_count - 1)
        piece.flags = i32(i64(piece.flags) | OUTSIDE)
        give_counter(vm, at)
        return
    if falls and node.ways != 0:
        add_edge(physics, at)
    if not falls or node.ways != 0:
        nothing(physics)
        add_ways_in(physics, at, 1)
    if node.back != 0:
        count_head(vm, at)
    calls = calls_itself(vm, at) and depends_on_entries(physics)
    if node.forced != 0 or calls or physics.current_count == WIDE:
        give_counter(vm, at)


@kernel
def count_head(vm: Ptr[VM], at: i64) -> None:
    """The count of the head of a loop; the present count is how often the loop is entered."""
    physics = vm.physics
    end = i64(node_at(vm, at).end)
    if end < 0:
        give_counter(vm, at)
        return
    if facts_of(vm, vm.draft + end).ends == 0:
        nothing(physics)  # each round ends at the end, or is the last and leaves before it, or is cut short
        add_early_exits(vm, at, end, 1)
        add_term(physics, i64(node_at(vm, at).phantom), 1, 1)
    add_term(physics, i64(node_at(vm, end).loop), 1, end - at + 1)
