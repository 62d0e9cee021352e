"""One item of a pattern: where it ends, and which bytes are in it."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, inline, kernel, local, static, u8, u64
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.patterns.sets import add_class, add_range, class_set, has
from cupola.languages.lua.library.patterns.state import SET_WORDS, Match, broken

PER_CENT, DOT, OPEN_SET, CLOSE_SET, CARET, HYPHEN = b"%.[]^-"


@kernel
def item_end(m: Ptr[Match], item: Ptr[u8]) -> Ptr[u8]:
    """Where an item ends (before `*` and its like); null if it is wrong."""
    p = item + 1
    if item[0] == PER_CENT:
        if p == m.pattern_end:
            return broken(m, failures.PATTERN_ENDS)
        return p + 1
    if item[0] != OPEN_SET:
        return p
    if p[0] == CARET:
        p = p + 1
    while True:  # a bracket that comes first belongs to the set
        if p == m.pattern_end:
            return broken(m, failures.NO_BRACKET)
        escape = p[0] == PER_CENT
        p = p + 1
        if escape and p < m.pattern_end:
            p = p + 1
        if p[0] == CLOSE_SET and p != m.pattern_end:
            return p + 1


@kernel
def in_set(byte: u8, item: Ptr[u8], end: Ptr[u8]) -> bool:
    """Whether a byte is in a set, which lies from its bracket to `end`."""
    last = end - 1
    p = item + 1
    inside = True
    if p[0] == CARET:
        inside = False
        p = p + 1
    while p < last:
        if p[0] == PER_CENT:
            p = p + 1
            if has(class_set(p[0]), byte):
                return inside
            p = p + 1
        elif p[1] == HYPHEN and p + 2 < last:
            if p[0] <= byte and byte <= p[2]:
                return inside
            p = p + 3
        else:
            if p[0] == byte:
                return inside
            p = p + 1
    return not inside


@inline
def in_item(byte: u8, item: Ptr[u8], end: Ptr[u8]) -> bool:
    """Whether a byte matches an item."""
    first = item[0]
    if first == DOT:
        return True
    if first == PER_CENT:
        return has(class_set(item[1]), byte)
    if first == OPEN_SET:
        return in_set(byte, item, end)
    return first == byte


@kernel
def collect(set: Ptr[u64], item: Ptr[u8], end: Ptr[u8]) -> None:
    """Make the set that an item in brackets, which ends at `end`, stands for."""
    for word in static(range(SET_WORDS)):
        set[word] = u64(0)
    last = end - 1
    p = item + 1
    inside = True
    if p[0] == CARET:
        inside = False
        p = p + 1
    while p < last:
        if p[0] == PER_CENT:
            add_class(set, p[1])
            p = p + 2
        elif p[1] == HYPHEN and p + 2 < last:
            add_range(set, p[0], p[2])
            p = p + 3
        else:
            set[p[0] >> 6] |= u64(1) << u64(p[0] & 63)
            p = p + 1
    if not inside:
        for word in static(range(SET_WORDS)):
            set[word] = ~set[word]


@kernel
def count_run(item: Ptr[u8], end: Ptr[u8], source: Ptr[u8], most: i64) -> i64:
    """How many of the next bytes match an item."""
    place: i64 = 0
    first = item[0]
    if first == DOT:
        return most
    if first == PER_CENT or first == OPEN_SET:
        set = class_set(item[1])
        if first == OPEN_SET:
            set = cast(Ptr[u64], local(Array[u64, SET_WORDS]))
            collect(set, item, end)
        while place < most and has(set, source[place]):
            place += 1
        return place
    while place < most and source[place] == first:
        place += 1
    return place
