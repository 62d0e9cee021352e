"""What the matcher knows while it matches one pattern at one place."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i64, inline, null, slow, struct, u8, u64

MOST_CAPTURES = 32
MOST_DEPTH = 200  # of calls of the matcher inside each other
PLACE = -1  # the length of a capture that is a place
SET_WORDS = 4  # of a set of bytes


@struct
class Match:
    """One search: where the source and the pattern lie, and the captures so far.

    `failure` is the number of what is wrong with the pattern, or EXHAUSTED when `steps` ran out: then all calls come
    back with null, which else means that nothing matches. `detail` belongs to it.

    `level` is how many captures there are, and `open` has a bit for each that is not closed yet. `beginning` is
    the byte with which all matches begin, ONE_OF for one of the set `beginnings`, or ANYTHING;
    `own_set` is room for a set.
    """

    source: Ptr[u8]
    end: Ptr[u8]
    pattern: Ptr[u8]
    pattern_end: Ptr[u8]
    depth: i64
    steps: i64
    failure: i64
    detail: i64
    level: i64
    open: u64
    starts: Array[Ptr[u8], MOST_CAPTURES]
    lengths: Array[i64, MOST_CAPTURES]
    beginning: i64
    beginnings: Ptr[u64]
    own_set: Array[u64, SET_WORDS]


NO_FAILURE, EXHAUSTED = 0, -1


@slow
def broken(m: Ptr[Match], failure: i64) -> Ptr[u8]:
    """Note that the pattern is wrong."""
    m.failure = failure
    return null(Ptr[u8])


@inline
def begin_at(m: Ptr[Match]) -> None:
    """Forget the captures of another place."""
    m.level = 0
    m.open = u64(0)
    m.depth = MOST_DEPTH


@inline
def is_open(m: Ptr[Match], capture: i64) -> bool:
    """Whether a capture is not closed yet."""
    return m.open >> u64(capture) & 1 != 0
