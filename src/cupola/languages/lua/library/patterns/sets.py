"""Sets of bytes, a bit each: what an item of a pattern stands for, and with which bytes a match may begin."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, inline, kernel, local, null, static, table, u8, u16, u64
from cupola.languages.lua.library.letters import CLASSES
from cupola.languages.lua.library.patterns.items import (
    CARET,
    CLASS_OF,
    DOT,
    HYPHEN,
    OPEN_SET,
    PER_CENT,
    item_end,
)
from cupola.languages.lua.library.patterns.state import MOST_CAPTURES, SET_WORDS, Match

WORD_BITS = 64
OPEN_CAPTURE, CLOSE_CAPTURE = b"()"
LETTER_B, LETTER_F, ZERO, NINE = b"bf09"
SPECIAL = b"^$*+?.()-"  # which stand for something at the start of a pattern; % and [ do, too
MANY_WAYS = b"*?-"  # after which an item may match no byte
ANYTHING, ONE_OF = -1, -2  # where the byte would be with which all matches begin


def _members(letter: int) -> set[int]:
    classes = CLASS_OF[letter]
    if not classes:
        return {letter}
    return {byte for byte in range(256) if (CLASSES[byte] & classes != 0) == (letter >= ord("a"))}


_SETS = [_members(letter) for letter in range(256)]
CLASS_SETS = tuple(
    sum(1 << bit for bit in range(WORD_BITS) if word * WORD_BITS + bit in members)
    for members in _SETS
    for word in range(SET_WORDS)
)
"""For a letter after %, the words of the set that it stands for."""


@inline
def has(set: Ptr[u64], byte: u8) -> bool:
    """Whether a byte is in a set."""
    return set[byte >> 6] >> u64(byte & 63) & 1 != 0


@inline
def class_set(letter: u8) -> Ptr[u64]:
    """The set that %letter stands for."""
    return table(u64, CLASS_SETS) + SET_WORDS * i64(letter)


@inline
def add_class(set: Ptr[u64], letter: u8) -> None:
    """Add what %letter stands for."""
    words = class_set(letter)
    for word in static(range(SET_WORDS)):
        set[word] |= words[word]


@kernel
def add_range(set: Ptr[u64], first: u8, last: u8) -> None:
    """Add all bytes from one to another."""
    for word in static(range(SET_WORDS)):
        low = max(i64(first) - WORD_BITS * word, 0)
        high = min(i64(last) - WORD_BITS * word, WORD_BITS - 1)
        if low <= high:
            set[word] |= (~u64(0) << u64(low)) & (~u64(0) >> u64(WORD_BITS - 1 - high))


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
    if first == OPEN_SET:
        set = cast(Ptr[u64], local(Array[u64, SET_WORDS]))
        collect(set, item, end)
        while place < most and has(set, source[place]):
            place += 1
        return place
    if first == PER_CENT:
        classes = i64(table(u16, CLASS_OF)[item[1]])
        if classes != 0:
            wanted = item[1] >= 97
            while place < most and (i64(table(u16, CLASSES)[source[place]]) & classes != 0) == wanted:
                place += 1
            return place
        first = item[1]
    while place < most and source[place] == first:
        place += 1
    return place


@kernel
def find_beginning(m: Ptr[Match], pattern: Ptr[u8]) -> None:
    """Find out with which bytes all matches of a pattern begin."""
    m.beginning = ANYTHING
    p = pattern
    while p[0] == OPEN_CAPTURE and p < pattern + MOST_CAPTURES:
        p = p + 1
        if p[0] == CLOSE_CAPTURE:
            p = p + 1
    if p >= m.pattern_end:
        return
    after = p + 1
    found: i64 = ONE_OF
    if p[0] == PER_CENT:
        letter = p[1]
        after = p + 2
        if after > m.pattern_end or letter == LETTER_B or letter == LETTER_F or (ZERO <= letter <= NINE):
            return
        m.beginnings = class_set(letter)
    elif p[0] == OPEN_SET:
        after = item_end(m, p)
        if after == null(Ptr[u8]):  # the matcher will tell
            m.failure = 0
            return
        m.beginnings = cast(Ptr[u64], m.own_set)
        collect(m.beginnings, p, after)
    elif p[0] in SPECIAL:
        return
    else:
        found = i64(p[0])
    if after == m.pattern_end or after[0] not in MANY_WAYS:
        m.beginning = found
