"""Numbers as text, and text as numbers: integers in decimal, doubles as "%.14g" has them, literals of both kinds.

Nothing here depends on the locale of the process.
"""

from __future__ import annotations

from cupola.runtime.numbers.boxes import integer_of, integer_value, is_any_integer
from cupola.runtime.numbers.doubles import DOUBLE_TEXT, write_double
from cupola.runtime.numbers.integers import INTEGER_TEXT, write_integer
from cupola.runtime.numbers.parse import (
    FLOAT,
    HEX_WRAPS,
    INTEGER,
    LARGE_IS_FLOAT,
    NO_NUMBER,
    OUT_OF_RANGE,
    parse_number,
)

__all__ = [
    "DOUBLE_TEXT",
    "FLOAT",
    "HEX_WRAPS",
    "INTEGER",
    "INTEGER_TEXT",
    "LARGE_IS_FLOAT",
    "NO_NUMBER",
    "OUT_OF_RANGE",
    "integer_of",
    "integer_value",
    "is_any_integer",
    "parse_number",
    "write_double",
    "write_integer",
]
