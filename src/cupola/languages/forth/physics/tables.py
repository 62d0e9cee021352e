"""The structs of counting, and how many of each there are. They lie in a mapping of their own that exists only with the
physics on; `Physics` at its start points to the rest."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i32, i64, struct, u32
from cupola.policy.physics.structs import Regions, State
from cupola.runtime.statistics.samples import Samples


@struct
class Note:
    """While a definition is open: instruction `place` of the draft (counted from the start of the region) is
    `token`."""

    token: i32
    place: i32


@struct
class Occurrence:
    """A word in a block, at the guest address `pc`; `calls` says that its own piece is entered there, which counts it.
    `place`: the instruction of the piece's draft, for words that are taken in."""

    token: i32
    calls: i32
    pc: u32
    place: i32


@struct
class Term:
    """One term of a count: a counter divided by `cost`, `factor` times. Slot -1 is how often the piece was entered."""

    slot: i32
    factor: i32
    cost: i32
    unused: i32


@struct
class Block:
    """A straight run of a piece: from `pc` up to the next block. Its count is the sum of its terms and `correction`.

    `next` is the block that follows if no counter says otherwise, or -1. `open_slot` is the counter of the loop around
    it that is counted by the budget, or -1, and `phantom` the counter of rounds of that loop that were cut short.
    `steps` is how many instructions it has.
    """

    pc: u32
    next: i32
    first_term: i32
    terms: i32
    first_occurrence: i32
    occurrences: i32
    open_slot: i32
    phantom: i32
    correction: i64
    steps: i32
    place: i32


@struct
class Piece:
    """The guest code of one definition, from `start` up to `end`; `entered` is the counter of entries that are no
    calls.

    `inner` is where calls enter. RECURSIVE: it calls itself. OUTSIDE: code after DOES> in it is entered from
    elsewhere. PLANNED: its blocks are counted; of others only the start is.
    """

    token: i32
    flags: i32
    start: u32
    end: u32
    inner: u32
    entered: i32
    first_block: i32
    blocks: i32


@struct
class Node:
    """What planning knows of one instruction of a draft.

    `leader`: a block begins here. `block`: its number. `ways`: branches that lead here; `back`: those from below.
    `edge`: the newest of the `Edge`s from above. `forced`: a counter that the block must have, or 0. The rest are
    counters to be put in, 0 for none: `fall_slot` before the label (only those who fall into it pass), `block_slot`
    behind it; a loop opens before the label (`open_outer`) or before the instruction (`open_inner`), and closes before
    the label (`close_outer`) or behind it (`close_inner`). `loop` is, of the instruction that ends a loop counted by
    the budget, its counter, or 0; of those in between `inside` is that counter, `phantom` the one of rounds cut short.
    `way_out` is 1 for the conditional branch that ends such a loop; `end` is, of its head, where it ends, or -1;
    `last` is, of any head, the newest branch back.
    """

    leader: i32
    block: i32
    ways: i32
    back: i32
    edge: i32
    forced: i32
    fall_slot: i32
    block_slot: i32
    open_outer: i32
    open_inner: i32
    close_outer: i32
    close_inner: i32
    loop: i32
    inside: i32
    phantom: i32
    way_out: i32
    end: i32
    last: i32
    unused: i32
    spare: i32


@struct
class Edge:
    """A way from above to a label: the count of those who take it."""

    next: i32
    first_term: i32
    terms: i32
    unused: i32


@struct
class Physics:
    """Everything that the physics of one Forth system has; `mode` says how executions are counted."""

    state: State
    regions: Regions
    mode: i64
    notes: Ptr[Note]
    note_count: i64
    occurrences: Ptr[Occurrence]
    occurrence_count: i64
    blocks: Ptr[Block]
    block_count: i64
    terms: Ptr[Term]
    term_count: i64
    pieces: Ptr[Piece]
    piece_count: i64
    counters: Ptr[i64]  # number 0 is none
    counter_count: i64
    nodes: Ptr[Node]
    edges: Ptr[Edge]
    edge_count: i64
    scratch: Ptr[Term]  # terms of edges
    scratch_count: i64
    totals: Ptr[i64]  # of each word, while folding
    entries: Ptr[i64]  # of each piece, while folding
    shortfalls: Ptr[i64]  # executions of each word that blocks count and that did not happen: negative
    overflow: i64  # a table was full: this definition is not planned
    unplanned: i64  # definitions of which only the start is counted
    tallies: i64  # counters put into guest code
    draft_base: i64  # address of the first instruction of the region of drafts
    emitting: i64  # whether the nodes say where counters stand in the draft that is laid out
    inner: i64  # the line where calls enter it
    generation: i64  # that of the dictionary when the cache was in order
    order: Ptr[i32]  # the words that a search finds, by the first characters of their names
    order_starts: Array[i32, 258]  # where each character's begin
    bucket_counts: Array[i32, 258]  # how many of them are in place, while they are put there
    ordered: i64  # the generation that they are of, or -1
    last_steps: i64  # the work done up to the last sample
    corrected: i64  # straight runs that were cut short
    hit_times: Samples  # of timed lookups that the cache answered, in nanoseconds
    search_times: Samples  # ... that took a search
    current: Array[Term, 16]  # the count at the place that planning has come to
    current_count: i64  # its terms, or WIDE when there are more than fit
