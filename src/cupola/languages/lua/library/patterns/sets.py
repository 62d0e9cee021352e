"""Sets of bytes, a bit each."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, static, table, u8, u64
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
from cupola.languages.lua.library.patterns.state import SET_WORDS

WORD_BITS = 64

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


def _members(letter: int) -> set[int]:
    classes = _CLASS_LETTERS.get(chr(letter).lower(), 0) if letter < 128 else 0
    if not classes:
        return {letter}
    return {byte for byte in range(256) if (CLASSES[byte] & classes != 0) == (letter >= ord("a"))}


_SETS = [_members(letter) for letter in range(256)]
CLASS_SETS = tuple(
    sum(1 << bit for bit in range(WORD_BITS) if word * WORD_BITS + bit in members)
    for members in _SETS
    for word in range(SET_WORDS)
)
"""For a letter after %, the words of the set that it stands for: a class, those of capital letters all other bytes; or
itself."""


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
