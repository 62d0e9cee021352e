"""Texts as numbers, read as the language does."""

from __future__ import annotations

from cupola.kernel import Ptr, bits, i64, kernel, u8
from cupola.runtime.numbers import (
    FLOAT,
    HEX_WRAPS,
    INTEGER,
    LARGE_IS_FLOAT,
    NO_NUMBER,
    parse_number,
)

NO_NUMERAL, WHOLE, REAL = NO_NUMBER, INTEGER, FLOAT  # what a text is


@kernel
def read_number(text: Ptr[u8], length: i64) -> tuple[i64, i64]:
    """What a text is as a numeral with blanks around it: WHOLE and the number, REAL and the bits of the double, or
    NO_NUMERAL."""
    kind, number, real = parse_number(text, length, LARGE_IS_FLOAT | HEX_WRAPS)
    return kind, bits(i64, real) if kind == REAL else number
