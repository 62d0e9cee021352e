"""Numbers as text, and text as numbers: integers in decimal, doubles as "%.14g" has them, literals of both kinds.

Nothing here depends on the locale of the process.
"""

from __future__ import annotations

from cupola.runtime.numbers.boxes import integer_value
from cupola.runtime.numbers.doubles import DOUBLE_TEXT, write_double, write_general
from cupola.runtime.numbers.integers import INTEGER_TEXT, write_integer
from cupola.runtime.numbers.kinds import is_any_integer, is_number, real, whole
from cupola.runtime.numbers.parse import (
    FLOAT,
    HEX_WRAPS,
    INTEGER,
    LARGE_IS_FLOAT,
    NO_NUMBER,
    OUT_OF_RANGE,
    parse_number,
)
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number, write_real

__all__ = [
    "DOUBLE_TEXT",
    "FLOAT",
    "HEX_WRAPS",
    "INTEGER",
    "INTEGER_TEXT",
    "LARGE_IS_FLOAT",
    "NO_NUMBER",
    "NUMBER_BYTES",
    "OUT_OF_RANGE",
    "integer_value",
    "is_any_integer",
    "is_number",
    "parse_number",
    "real",
    "whole",
    "write_double",
    "write_general",
    "write_integer",
    "write_number",
    "write_real",
]
