"""Counts as sums of counters, while they are worked out: `Physics.current`, and the ways that lead to labels.

A sum of more than MOST terms is WIDE: its block gets a counter of its own.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, i32, i64, inline, kernel
from cupola.languages.forth.physics.sizes import MOST_COUNTERS, MOST_EDGES, MOST_TERMS
from cupola.languages.forth.physics.tables import Edge, Physics, Term

MOST = 16
WIDE = MOST + 1
ENTERED = -1  # the slot of a term that means: how often the piece was entered
NONE = -1


@kernel
def new_counter(physics: Ptr[Physics]) -> i64:
    """A counter that nobody has; 0 and `overflow` when there is none left."""
    if physics.counter_count >= MOST_COUNTERS:
        physics.overflow = 1
        return 0
    made = physics.counter_count
    physics.counter_count = made + 1
    physics.counters[made] = 0
    return made


@inline
def nothing(physics: Ptr[Physics]) -> None:
    """The present count is 0."""
    physics.current_count = 0


@kernel
def add_term(physics: Ptr[Physics], slot: i64, factor: i64, cost: i64) -> None:
    """Add a term to the present count."""
    count = physics.current_count
    if count == WIDE:
        return
    at: i64 = 0
    while at < count:
        term = address_of(physics.current[at])
        if i64(term.slot) == slot and i64(term.cost) == cost:
            term.factor = i32(i64(term.factor) + factor)
            if term.factor == 0:
                last = address_of(physics.current[count - 1])
                term.slot = last.slot
                term.factor = last.factor
                term.cost = last.cost
                physics.current_count = count - 1
            return
        at += 1
    if count == MOST:
        physics.current_count = WIDE
        return
    made = address_of(physics.current[count])
    made.slot = i32(slot)
    made.factor = i32(factor)
    made.cost = i32(cost)
    physics.current_count = count + 1


@kernel
def only(physics: Ptr[Physics], slot: i64) -> None:
    """The present count is one counter."""
    nothing(physics)
    add_term(physics, slot, 1, 1)


@kernel
def add_terms(physics: Ptr[Physics], terms: Ptr[Term], count: i64, factor: i64) -> None:
    """Add a sum, `factor` times, to the present count."""
    if count == WIDE:
        physics.current_count = WIDE
        return
    at: i64 = 0
    while at < count:
        term = terms + at
        add_term(physics, i64(term.slot), i64(term.factor) * factor, i64(term.cost))
        at += 1


@kernel
def copy_current(physics: Ptr[Physics], to: Ptr[Term]) -> None:
    """Write the present count, which is not wide, down."""
    at: i64 = 0
    while at < physics.current_count:
        to[at].slot = physics.current[at].slot
        to[at].factor = physics.current[at].factor
        to[at].cost = physics.current[at].cost
        at += 1


@kernel
def add_edge(physics: Ptr[Physics], target: i64) -> None:
    """Note that the present count comes to the instruction `target` on one more way."""
    wide = physics.current_count == WIDE
    if physics.edge_count >= MOST_EDGES or physics.scratch_count + MOST >= MOST_TERMS:
        physics.overflow = 1
        return
    made = physics.edges + physics.edge_count
    made.next = physics.nodes[target].edge
    physics.nodes[target].edge = i32(physics.edge_count)
    physics.edge_count += 1
    made.first_term = i32(physics.scratch_count)
    made.terms = i32(physics.current_count)
    if not wide:
        copy_current(physics, physics.scratch + physics.scratch_count)
        physics.scratch_count += physics.current_count


@kernel
def add_ways_in(physics: Ptr[Physics], target: i64, factor: i64) -> None:
    """Add what comes to a label from above, `factor` times."""
    at = i64(physics.nodes[target].edge)
    while at >= 0:
        edge: Ptr[Edge] = physics.edges + at
        add_terms(physics, physics.scratch + i64(edge.first_term), i64(edge.terms), factor)
        at = i64(edge.next)


@kernel
def depends_on_entries(physics: Ptr[Physics]) -> bool:
    """Whether how often the piece was entered is a term of the present count."""
    if physics.current_count == WIDE:
        return True
    at: i64 = 0
    while at < physics.current_count:
        if i64(physics.current[at].slot) == ENTERED:
            return True
        at += 1
    return False
