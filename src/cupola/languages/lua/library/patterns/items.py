"""One item of a pattern: where it ends, and whether a byte is in it."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, table, u8, u16
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.letters import (
    ALPHA,
    CLASSES,
    CONTROL,
    DIGIT,
    HEX,
    LOWER,
    NUL,
    PRINTED,
    PUNCTUATION,
    SPACE,
    UPPER,
)
from cupola.languages.lua.library.patterns.state import Match, broken

PER_CENT, DOT, OPEN_SET, CLOSE_SET, CARET, HYPHEN = b"%.[]^-"

_CLASS_LETTERS = {
    "a": ALPHA,
    "c": CONTROL,
    "d": DIGIT,
    "g": PRINTED,
    "l": LOWER,
    "p": PUNCTUATION,
    "s": SPACE,
    "u": UPPER,
    "w": ALPHA | DIGIT,
    "x": HEX,
    "z": NUL,
}
CLASS_OF = tuple(_CLASS_LETTERS.get(chr(byte).lower(), 0) if byte < 128 else 0 for byte in range(256))
"""For a letter after %: the classes that it stands for."""


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


@inline
def in_class(byte: u8, letter: u8) -> bool:
    """Whether a byte is in the class %letter: those of capital letters are all other bytes; others are themselves."""
    classes = i64(table(u16, CLASS_OF)[letter])
    if classes == 0:
        return byte == letter
    return (i64(table(u16, CLASSES)[byte]) & classes != 0) == (letter >= 97)


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
            if in_class(byte, p[0]):
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
        return in_class(byte, item[1])
    if first == OPEN_SET:
        return in_set(byte, item, end)
    return first == byte
