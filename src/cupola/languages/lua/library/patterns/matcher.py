"""The matcher: a pattern from some item on against the source from some place on.

Items that may match in several ways call `match` for what follows, and go back: then the captures that were begun since
are forgotten, and those that were closed are open again. All other items are taken in a loop.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    count_leading_zeros,
    i64,
    inline,
    kernel,
    memory_compare,
    null,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.patterns.items import (
    OPEN_SET,
    PER_CENT,
    count_run,
    in_item,
    in_set,
    item_end,
)
from cupola.languages.lua.library.patterns.state import (
    EXHAUSTED,
    MOST_CAPTURES,
    PLACE,
    Match,
    broken,
    is_open,
)

OPEN_CAPTURE, CLOSE_CAPTURE, DOLLAR, STAR, PLUS, MINUS, QUESTION, ZERO, ONE, NINE = b"()$*+-?019"
LETTER_B, LETTER_F = b"bf"


@kernel
def match(m: Ptr[Match], source: Ptr[u8], pattern: Ptr[u8]) -> Ptr[u8]:
    """Where a match ends that begins here, or null."""
    if unlikely(m.depth == 0):
        return broken(m, failures.TOO_COMPLEX)
    m.depth -= 1
    found = match_items(m, source, pattern)
    m.depth += 1
    return found


@inline
def match_items(m: Ptr[Match], source: Ptr[u8], pattern: Ptr[u8]) -> Ptr[u8]:
    """The same, inside a call."""
    s = source
    p = pattern
    while p != m.pattern_end:
        m.steps -= 1
        if unlikely(m.steps < 0):
            return broken(m, EXHAUSTED)
        kind = p[0]
        if kind == OPEN_CAPTURE:
            level = m.level
            if unlikely(level >= MOST_CAPTURES):
                return broken(m, failures.TOO_MANY_CAPTURES)
            m.level = level + 1
            m.starts[level] = s
            p = p + 1
            if p[0] == CLOSE_CAPTURE:
                m.lengths[level] = PLACE
                p = p + 1
            else:
                m.open |= u64(1) << u64(level)
            continue
        if kind == CLOSE_CAPTURE:
            if unlikely(m.open == 0):
                return broken(m, failures.NO_CAPTURE)
            level = 63 - i64(count_leading_zeros(m.open))
            m.open ^= u64(1) << u64(level)
            m.lengths[level] = s - m.starts[level]
            p = p + 1
            continue
        if kind == DOLLAR and p + 1 == m.pattern_end:
            return s if s == m.end else null(Ptr[u8])
        if kind == PER_CENT:
            letter = p[1]
            if letter == LETTER_B:
                s = match_balance(m, s, p + 2)
                if s == null(Ptr[u8]):
                    return s
                p = p + 4
                continue
            if letter == LETTER_F:
                p = match_frontier(m, s, p + 2)
                if p == null(Ptr[u8]):
                    return p
                continue
            if ZERO <= letter and letter <= NINE:
                s = match_again(m, s, i64(letter) - ONE)
                if s == null(Ptr[u8]):
                    return s
                p = p + 2
                continue
        after = item_end(m, p)
        if unlikely(after == null(Ptr[u8])):
            return after
        suffix = i64(after[0]) if after < m.pattern_end else 0
        if suffix == STAR or suffix == PLUS:
            start = s
            if suffix == PLUS:
                if s >= m.end or not in_item(s[0], p, after):
                    return null(Ptr[u8])
                start = s + 1
            count = count_run(p, after, start, m.end - start)
            if count > 0:
                return match_run(m, start, count, after + 1)
            s = start
            p = after + 1
        elif suffix == MINUS:
            return match_shortest(m, s, p, after)
        elif s < m.end and in_item(s[0], p, after):
            if suffix == QUESTION:
                level = m.level
                open = m.open
                found = match(m, s + 1, after + 1)
                if found != null(Ptr[u8]) or m.failure != 0:
                    return found
                m.level = level
                m.open = open
                p = after + 1
            else:
                s = s + 1
                p = after
        elif suffix == QUESTION:
            p = after + 1
        else:
            return null(Ptr[u8])
    return s


@inline
def match_run(m: Ptr[Match], source: Ptr[u8], count: i64, rest: Ptr[u8]) -> Ptr[u8]:
    """The longest run of bytes after which the rest matches."""
    m.steps -= count >> 3
    if rest == m.pattern_end:
        return source + count
    level = m.level
    open = m.open
    left = count
    while left >= 0:
        found = match(m, source + left, rest)
        if found != null(Ptr[u8]) or m.failure != 0:
            return found
        m.level = level
        m.open = open
        left -= 1
    return null(Ptr[u8])


@inline
def match_shortest(m: Ptr[Match], source: Ptr[u8], item: Ptr[u8], after: Ptr[u8]) -> Ptr[u8]:
    """The shortest run of bytes after which the rest matches."""
    s = source
    level = m.level
    open = m.open
    while True:
        found = match(m, s, after + 1)
        if found != null(Ptr[u8]) or m.failure != 0:
            return found
        m.level = level
        m.open = open
        if s >= m.end or not in_item(s[0], item, after):
            return null(Ptr[u8])
        s = s + 1


@kernel
def match_balance(m: Ptr[Match], source: Ptr[u8], pair: Ptr[u8]) -> Ptr[u8]:
    """Behind the byte that closes what the first byte opens, or null: %b."""
    if unlikely(pair >= m.pattern_end - 1):
        return broken(m, failures.NO_PAIR)
    s = source
    if s >= m.end or s[0] != pair[0]:
        return null(Ptr[u8])
    opened: i64 = 1
    s = s + 1
    while s < m.end:
        if s[0] == pair[1]:
            opened -= 1
            if opened == 0:
                m.steps -= (s - source) >> 3
                return s + 1
        elif s[0] == pair[0]:
            opened += 1
        s = s + 1
    m.steps -= (s - source) >> 3
    return null(Ptr[u8])


@kernel
def match_frontier(m: Ptr[Match], source: Ptr[u8], item: Ptr[u8]) -> Ptr[u8]:
    """The rest of the pattern if a set begins here, that is the byte before is not in it, else null: %f."""
    if unlikely(item >= m.pattern_end or item[0] != OPEN_SET):
        return broken(m, failures.NO_FRONTIER_SET)
    after = item_end(m, item)
    if unlikely(after == null(Ptr[u8])):
        return after
    before = u8(0)
    if source > m.source:
        before = source[-1]
    here = u8(0)
    if source < m.end:
        here = source[0]
    if not in_set(before, item, after) and in_set(here, item, after):
        return after
    return null(Ptr[u8])


@kernel
def match_again(m: Ptr[Match], source: Ptr[u8], capture: i64) -> Ptr[u8]:
    """Behind the same bytes as in a capture, or null: %1."""
    if unlikely(capture < 0 or capture >= m.level or is_open(m, capture)):
        m.detail = capture + 1
        return broken(m, failures.NO_SUCH_CAPTURE)
    length = m.lengths[capture]
    if length < 0 or m.end - source < length:
        return null(Ptr[u8])
    m.steps -= length >> 3
    return source + length if memory_compare(m.starts[capture], source, length) == 0 else null(Ptr[u8])
