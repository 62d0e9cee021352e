"""Classes of bytes, as the C locale has them: one table of bits."""

from __future__ import annotations

import string

from cupola.kernel import i64, inline, table, u8, u16

ALPHA, DIGIT, HEX, SPACE, UPPER, LOWER, PUNCTUATION, CONTROL, PRINTED, NUL = (1 << bit for bit in range(10))

_MEMBERS = {
    ALPHA: string.ascii_letters,
    DIGIT: string.digits,
    HEX: string.hexdigits,
    SPACE: " \t\n\v\f\r",
    UPPER: string.ascii_uppercase,
    LOWER: string.ascii_lowercase,
    PUNCTUATION: string.punctuation,
    CONTROL: "".join(map(chr, (*range(32), 127))),
    NUL: "\0",
    PRINTED: string.ascii_letters + string.digits + string.punctuation,
}
CLASSES = tuple(sum(bit for bit, members in _MEMBERS.items() if chr(byte) in members) for byte in range(256))


@inline
def is_in(byte: u8, classes: i64) -> bool:
    """Whether a byte is in one of the classes."""
    return i64(table(u16, CLASSES)[byte]) & classes != 0


@inline
def lower_byte(byte: u8) -> u8:
    """A letter as a small one."""
    return u8(byte + 32) if is_in(byte, UPPER) else byte


@inline
def upper_byte(byte: u8) -> u8:
    """A letter as a capital one."""
    return u8(byte - 32) if is_in(byte, LOWER) else byte


@inline
def digit_of(byte: u8) -> i64:
    """The digit that a byte is, in bases up to 36; a number of 99 for one that is none."""
    if is_in(byte, DIGIT):
        return i64(byte) - 48
    return i64(lower_byte(byte)) - 97 + 10 if is_in(byte, ALPHA) else 99
