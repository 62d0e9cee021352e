"""Numerals: integers wrap around when they are hexadecimal, and become floats when they are too large decimals."""

from __future__ import annotations

import re

HEX_INTEGER = re.compile(rb"0[xX][0-9a-fA-F]+\Z")
HEX_FLOAT = re.compile(rb"0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][-+]?[0-9]+)?\Z")
DECIMAL = re.compile(rb"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")

MOST = (1 << 63) - 1


def wrap(number: int) -> int:
    """Return the 64-bit integer that `number` wraps around to."""
    return ((number + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)


def read_numeral(text: bytes) -> int | float | None:
    """Return the number that a numeral means, None if it is none."""
    if text.isdigit():
        if len(text) < 19:
            return int(text)
        digits = text.lstrip(b"0")
        if len(digits) < 20 and int(digits or b"0") <= MOST:
            return int(digits or b"0")
        return float(text)
    if HEX_INTEGER.match(text):
        return wrap(int(text[-16:].lstrip(b"xX"), 16))
    if DECIMAL.match(text):
        return float(text)
    if HEX_FLOAT.match(text):
        return hexadecimal(text)
    return None


def hexadecimal(text: bytes) -> float:
    """Return the value of a hexadecimal float, infinite when it is too large."""
    try:
        return float.fromhex(text.decode())
    except OverflowError:
        return float("inf")
