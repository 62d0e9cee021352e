"""With which bytes all matches of a pattern begin, so that searching skips the others."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, kernel, null, u8, u64
from cupola.languages.lua.library.patterns.items import OPEN_SET, PER_CENT, collect, item_end
from cupola.languages.lua.library.patterns.sets import class_set
from cupola.languages.lua.library.patterns.state import MOST_CAPTURES, Match

OPEN_CAPTURE, CLOSE_CAPTURE = b"()"
LETTER_B, LETTER_F, ZERO, NINE = b"bf09"
SPECIAL = b"^$*+?.()-"  # which stand for something at the start of a pattern; % and [ do, too
MANY_WAYS = b"*?-"  # after which an item may match no byte
ANYTHING, ONE_OF = -1, -2  # where the byte would be with which all matches begin


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
