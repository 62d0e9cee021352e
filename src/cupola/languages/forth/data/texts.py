"""COMPARE and SEARCH, and SLITERAL: texts in the data space.

A search takes time in proportion to both texts, whatever they are (Crochemore and Perrin, two-way, 1991):
no program can be stuck in one instruction, which no limit interrupts.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, memory_compare, memory_copy, u8
from cupola.language import Cell
from cupola.languages.forth.data.space import allot, check_range
from cupola.languages.forth.data.strings import compile_text
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import Machine, data
from cupola.languages.forth.throwing.failure import ONLY_COMPILES, check, fail

SHORT = 32  # patterns of no more characters are looked for at each place


@kernel
def compare(a: Ptr[u8], a_length: i64, b: Ptr[u8], b_length: i64) -> i64:
    """-1, 0 or 1 as the first text comes before the second, is equal, or comes after it."""
    found = i64(memory_compare(a, b, min(a_length, b_length)))
    if found == 0:
        found = a_length - b_length
    return i64(found > 0) - i64(found < 0)


@inline
def least_suffix(pattern: Ptr[u8], length: i64, up: bool) -> tuple[i64, i64]:
    """Before which place the greatest suffix of the pattern begins, in one order of characters, and its period."""
    before: i64 = -1
    start: i64 = 0
    at: i64 = 1
    period: i64 = 1
    while start + at < length:
        here, there = pattern[start + at], pattern[before + at]
        if here == there:
            if at == period:
                start += period
                at = 1
            else:
                at += 1
        elif (here < there) == up:
            start += at
            at = 1
            period = start - before
        else:
            before = start
            start = before + 1
            at = period = 1
    return before, period


@kernel
def search_short(text: Ptr[u8], length: i64, pattern: Ptr[u8], wanted: i64) -> i64:
    """Where a pattern of at least one character is in the text; -1 if nowhere."""
    first = pattern[0]
    for place in range(length - wanted + 1):
        if text[place] == first and memory_compare(text + place, pattern, wanted) == 0:
            return place
    return -1


@kernel
def search_long(text: Ptr[u8], length: i64, pattern: Ptr[u8], wanted: i64) -> i64:
    """The same by two-way matching: the pattern is cut in two, and each half is compared away from the cut."""
    before, period = least_suffix(pattern, wanted, True)
    other, other_period = least_suffix(pattern, wanted, False)
    if other > before:
        before, period = other, other_period
    repeats = memory_compare(pattern, pattern + period, before + 1) == 0
    if not repeats:
        period = max(before + 1, wanted - before - 1) + 1
    known: i64 = -1  # up to there the text is known to match, when the pattern repeats itself
    place: i64 = 0
    while place <= length - wanted:
        at = max(before, known) + 1
        while at < wanted and pattern[at] == text[place + at]:
            at += 1
        if at < wanted:
            place += at - before
            known = -1
        else:
            at = before
            while at > known and pattern[at] == text[place + at]:
                at -= 1
            if at <= known:
                return place
            place += period
            known = wanted - period - 1 if repeats else -1
    return -1


@kernel
def search(text: Ptr[u8], length: i64, pattern: Ptr[u8], wanted: i64) -> i64:
    """Where the pattern is in the text first; -1 if nowhere."""
    if wanted > length:
        return -1
    if wanted == 0:
        return 0
    if wanted <= SHORT:
        return search_short(text, length, pattern, wanted)
    return search_long(text, length, pattern, wanted)


@forth.instruction(name="compare", memory_stack=True, facts=known_as("compare"))
def compare_word(m: Machine, a: Cell, a_length: Cell, b: Cell, b_length: Cell) -> Cell:
    """( c-addr1 u1 c-addr2 u2 -- -1 | 0 | 1 ) the first text comes before, is equal, comes after"""
    check_range(m, a, a_length)
    check_range(m, b, b_length)
    return compare(data(m.vm, a), a_length, data(m.vm, b), b_length)


@forth.instruction(name="search", memory_stack=True, facts=known_as("search"))
def search_word(m: Machine, a: Cell, a_length: Cell, b: Cell, b_length: Cell) -> tuple[Cell, Cell, Cell]:
    """( c-addr1 u1 c-addr2 u2 -- c-addr3 u3 flag ) the first text from where the second is in it, or all of it"""
    check_range(m, a, a_length)
    check_range(m, b, b_length)
    place = search(data(m.vm, a), a_length, data(m.vm, b), b_length)
    skipped = max(place, 0)
    return a + skipped, a_length - skipped, -i64(place >= 0)


@forth.instruction(name="sliteral", cold=True, facts=known_as("sliteral", immediate=True, compile_only=True))
def sliteral_word(m: Machine, start: Cell, length: Cell) -> None:
    """Compiling: ( c-addr1 u -- ) Running: ( -- c-addr2 u ) a copy of the text"""
    check_range(m, start, length)
    if m.vm.current < 0:
        fail(m.vm, ONLY_COMPILES)
    check(m)
    place = allot(m.vm, length)
    check(m)
    memory_copy(data(m.vm, place), data(m.vm, start), length)
    compile_text(m.vm, place, length)
    check(m)
